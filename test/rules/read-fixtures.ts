import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { parser as typescript } from "typescript-eslint";
import { environments } from "../../src/analysis/environments.ts";
import { createInspect, type Inspect } from "../../src/engine/inspect.ts";
import { createScriptInspect } from "../../src/engine/inspect-values.ts";
import { rules } from "../../src/engine/rules.ts";
import { applyEdits, compatibleGroups, fixGroups } from "../../src/engine/apply-fixes.ts";
import { loadPythonParser } from "../../src/frontends/python/parser.ts";
import type { EstreeNode } from "../../src/frontends/javascript/estree.ts";
import { liftJavaScript } from "../../src/frontends/javascript/lift.ts";
import type { Lift } from "../../src/verify/translate.ts";
import type { Applicability, Finding, Severity } from "../../src/verify/finding.ts";

/**
 * What a comment expects on its line: `# error: [float-range] zero-init, low-input; confirmed`, and where the rewrite
 * leaves an environment as it is: `; remaining low-input`.
 */
export interface Expectation {
  readonly line: number;
  readonly severity: Severity;
  readonly rule: string;
  readonly environments: readonly string[];
  readonly verdict: string | null;
  readonly remaining: readonly string[];
}

/** A fixture without its expectations: comments are no part of the code under test. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly expected: readonly Expectation[];
}

export interface Fixture extends Source {
  readonly name: string;
  readonly group: "fires" | "silent" | "rewritten";
  /** How its language is inspected. */
  readonly inspect: Inspect;
  /** What --fix makes of it, where it changes something. */
  readonly fixed: Source | null;
  /** What --unsafe-fixes makes of it, where that is something else. */
  readonly unsafe: Source | null;
  /** What its suggestions make of it, which no fix applies. */
  readonly suggested: Source | null;
}

const scriptParsing = { sourceType: "module", range: true, loc: true, comment: true } as const;
const root = path.join(import.meta.dirname, "../fixtures");
const marker =
  /(?:#|\/\/) (error|warning|note): \[([\w-]+)\]([^;#]*)(?:; ([\w-]+))?(?:; remaining ([^;#]*))?/g;

export const parser = await loadPythonParser();
export const inspect: Inspect = createInspect(parser);
interface EslintParser {
  parseForESLint(text: string, parsing: object): { readonly ast: object };
}

/** A script, whichever of the two languages it is in. */
export const liftScript: Lift = (text) => {
  try {
    return liftJavaScript((typescript as EslintParser).parseForESLint(text, scriptParsing).ast as EstreeNode);
  } catch {
    // As the plugin does: what doesn't parse has an error and nothing else.
    const errors = [{ start: 0, end: text.length }];
    return { language: "javascript", body: [], comments: [], ignores: [], errors };
  }
};

export const allRules: readonly string[] = rules.map((rule) => rule.id);
/** Strict rules run on their own fixtures only: nearly every model has what they find. */
const defaultRules = rules.filter((rule) => !rule.strict).map((rule) => rule.id);
export const allEnvironments: readonly string[] = environments.map((environment) => environment.name);
export const options = { rules: defaultRules, environments: allEnvironments, exhaustive: false } as const;

/** Strict rules that published defects need. */
const publishedRules: readonly string[] = ["castable-buffer", "precision-leak"];

/** Rules that run on a fixture, by its path. */
export function rulesFor(file: string): readonly string[] {
  const [own = ""] = file.split("/");
  if (own === "published") return [...defaultRules, ...publishedRules];
  return defaultRules.includes(own) ? defaultRules : [...defaultRules, own];
}

function listed(names = ""): readonly string[] {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .sort();
}

export function readSource(file: string): Source {
  const expected: Expectation[] = [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((text, index) => {
      const found = [...text.matchAll(marker)];
      for (const [, severity, rule, names, verdict, remaining] of found) {
        expected.push({
          line: index + 1,
          severity: severity as Severity,
          rule: rule!,
          environments: listed(names),
          verdict: verdict ?? null,
          remaining: listed(remaining),
        });
      }
      return found[0] ? text.slice(0, found[0].index).trimEnd() : text;
    });
  return { path: path.relative(root, file), text: lines.join("\n"), expected };
}

/** Whether a fixture is PyTorch alone: what the oracle can run. */
export function isTorch({ text }: Source): boolean {
  return !/^(?:import|from) (?:jax|flax|keras|tensorflow|mlx|paddle)\b/m.test(text);
}

/** Fixtures in Python. */
export function readFixtures(): readonly Fixture[] {
  return read("*/*/*.py", () => inspect);
}

/** Fixtures in JavaScript and TypeScript, of the rules that follow values. */
export function readScriptFixtures(): readonly Fixture[] {
  return read(`{${allRules.join()}}/*/*.{js,ts}`, () => createScriptInspect(liftScript));
}

function read(pattern: string, inspectorOf: (file: string) => Inspect): readonly Fixture[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => !/\.(fixed|unsafe|suggested)\.\w+$/.test(file))
    .sort()
    .map((file) => {
      const full = path.join(root, file);
      return {
        ...readSource(full),
        name: file.replace(/\.\w+$/, ""),
        group: file.split("/")[1] as Fixture["group"],
        inspect: inspectorOf(file),
        fixed: beside(full, "fixed"),
        unsafe: beside(full, "unsafe"),
        suggested: beside(full, "suggested"),
      };
    });
}

function beside(file: string, kind: string): Source | null {
  const other = file.replace(/\.(\w+)$/, `.${kind}.$1`);
  return existsSync(other) ? readSource(other) : null;
}

/** What was found, in the words of the expectations. */
export function described(findings: readonly Finding[], text: string): readonly Expectation[] {
  return findings
    .map((finding) => ({
      line: text.slice(0, finding.span.start).split("\n").length,
      severity: finding.severity,
      rule: finding.rule,
      environments: [...finding.environments].sort(),
      verdict: finding.evidence?.verdict ?? null,
      remaining: (finding.evidence?.remaining ?? []).map(({ environment }) => environment).sort(),
    }))
    .sort((a, b) => a.line - b.line);
}

export const safe: ReadonlySet<Applicability> = new Set(["safe"]);
export const unsafe: ReadonlySet<Applicability> = new Set(["safe", "unsafe"]);
export const suggestions: ReadonlySet<Applicability> = new Set(["display"]);

/** One pass of the fixes that are accepted. */
export function fixOnce(
  text: string,
  findings: readonly Finding[],
  accepted: ReadonlySet<Applicability>,
): string {
  const groups = compatibleGroups(fixGroups(findings, () => true, accepted));
  return applyEdits(
    text,
    groups.flatMap((group) => group.edits),
  );
}

/** Fixes as the engine applies them: pass by pass, until nothing changes. */
export function fix(
  text: string,
  findings: readonly Finding[],
  accepted: ReadonlySet<Applicability>,
  chosen: Parameters<Inspect>[1] = options,
  inspectAgain: Inspect = inspect,
): string {
  let [current, found] = [text, findings];
  for (let pass = 0; pass < 10; pass++) {
    const next = fixOnce(current, found, accepted);
    if (next === current) return current;
    [current, found] = [next, inspectAgain(next, chosen)];
  }
  throw new Error("the fixes don't settle");
}
