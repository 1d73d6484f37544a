import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defaultEnvironments, environments, lowDTypes } from "../analysis/environments.ts";
import type { Program } from "../ir/program.ts";
import type { EnvironmentInfo, RuleInfo, RuleSummary } from "./rule-info.ts";
import { ruleSummaries } from "./rule-summaries.ts";

// What the ways in have to know of the rules and of the environments' records.

const require = createRequire(import.meta.url);

interface Manifest {
  readonly version: string;
  /** Where the pages of rules can be read by anybody, `{id}` in the place of the rule's: set when there is such a place. */
  readonly rulePages?: string;
}

const manifest = require("#package.json") as Manifest;

export const { version } = manifest;

/** What scripts/build.mjs has written beside the compiled code: a digest of all of it. */
export const build = readBuild();

function readBuild(): string | null {
  try {
    return readFileSync(new URL("build-id", import.meta.url), "utf8");
  } catch {
    return null;
  }
}

/** Where a rule's page lies in the package; null in a package without pages. */
function pagePath(id: string): string | null {
  try {
    return require.resolve(`#docs/rules/${id}.md`);
  } catch {
    return null;
  }
}

/** A rule's page on the web. A path of the machine at hand is no substitute: it would stand in reports that others read. */
export function pageUrl(id: string, { rulePages }: Partial<Manifest> = manifest): string | null {
  return rulePages?.replace("{id}", id) ?? null;
}

/** What eslint-doc-generator writes below the title is ESLint's, and the marks of generated parts are nothing to a reader. */
export function readerPage(markdown: string): string {
  const withoutHeader = markdown.replace(/\n[\s\S]*?<!-- end auto-generated rule header -->\n/, "\n");
  return withoutHeader.replace(/^<!-- .* -->\n\n?/gm, "");
}

/** docs/rules/ID.md, read when it is asked for. */
function pageOf({ id, summary }: Pick<RuleSummary, "id" | "summary">): string {
  const path = pagePath(id);
  if (path === null) return `# ${id}\n\n${summary}\n`;
  return readerPage(readFileSync(path, "utf8"));
}

function infoOf({ id, summary, strict, environment, tally }: RuleSummary): RuleInfo {
  return {
    id,
    summary,
    strict,
    environment,
    ...(tally ? { tally } : {}),
    get page() {
      return pageOf({ id, summary });
    },
    url: pageUrl(id),
  };
}

/** Rules that read Python. */
export const ruleInfos: readonly RuleInfo[] = ruleSummaries
  .filter(({ languages }) => languages.includes("python"))
  .map(infoOf);

/** Rules that read JavaScript and TypeScript alone. */
export const scriptRuleInfos: readonly RuleInfo[] = ruleSummaries
  .filter(({ languages }) => !languages.includes("python"))
  .map(infoOf);

/** What a file of a language has to hold for any rule to look further. */
export function literalsOf(language: Program["language"]): readonly string[] {
  const asked = ruleSummaries.filter(({ languages }) => languages.includes(language));
  return [...new Set(asked.flatMap(({ literals }) => literals))];
}

export const environmentInfos: readonly EnvironmentInfo[] = environments.map(
  ({ name, summary, met, decides, assumes, tf32 }) => ({
    name,
    summary,
    met,
    dtypes: name === "plain" ? ["float32"] : tf32 ? ["tf32"] : lowDTypes,
    assumes: assumes.scalarPower === "torch.tensor" ? "base ** tensor builds a tensor of the base" : null,
    decides,
    isDefault: defaultEnvironments.includes(name),
  }),
);
