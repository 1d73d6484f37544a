import { isAbout, isCommentRule } from "../analysis/rule.ts";
import type { AnyRule } from "../analysis/rule.ts";
import { createToolchain } from "../engine/python-toolchain.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { namesScriptPackage } from "../frontends/dialects/dialects.ts";
import { isNode } from "../frontends/javascript/estree.ts";
import { FileRun } from "./file-run.ts";
import { FirstLook, holdsAny } from "./first-look.ts";
import { parser } from "./python/language.ts";
import { PythonSourceCode } from "./python/source-code.ts";
import { reportOf } from "./report.ts";
import { metaOf } from "./rule-meta.ts";
import type { Context, RopelintRule } from "./rule-meta.ts";
import { scriptToolchain } from "./script-toolchain.ts";
import { readSettings } from "./settings.ts";
import { typesOf } from "./type-services.ts";

/** One of ropelint's rules as ESLint wants it. What it is, and what it can repair, the rule itself says. */
export function createRule(rule: AnyRule): RopelintRule {
  const isSuggested = isCommentRule(rule) || rule.rewrites !== null;
  const isFixed = isSuggested && (isCommentRule(rule) || rule.suggests !== true);
  return {
    meta: {
      ...metaOf(rule, { isFixed, isSuggested }),
      languages: isAbout(rule, "javascript") ? ["ropelint/python", "js/js"] : ["ropelint/python"],
    },
    create: (context: Context) => visitorFor(rule, context),
  };
}

function visitorFor(rule: AnyRule, context: Context): Record<string, () => void> {
  const { sourceCode, id: ruleId, physicalFilename: path, options } = context;
  const read = readFor(rule, context);
  if (read === null) return {};
  const participant = { ruleId, id: rule.id, severity: options[0].severity };
  const settings = readSettings(context.settings);
  const file = { sourceCode, path, settings, toolchain: read.toolchain };
  const run = FileRun.join(file, participant);
  return {
    [read.root]: () => {
      for (const finding of run.findingsOf(participant)) context.report(reportOf(finding, sourceCode));
    },
  };
}

interface Read {
  readonly toolchain: Toolchain;
  /** The node that is visited first. */
  readonly root: string;
}

const python: Read = { toolchain: createToolchain(parser), root: "module" };

const pythonLook = new FirstLook(holdsAny(python.toolchain.literals));
const scriptLook = new FirstLook(namesScriptPackage);

/** How a file is read; null for one that a rule has nothing to say about. */
function readFor(rule: AnyRule, { sourceCode, languageOptions }: Context): Read | null {
  if (sourceCode instanceof PythonSourceCode)
    return pythonLook.mayConcern(sourceCode, sourceCode.text) ? python : null;
  const { text, ast } = sourceCode;
  if (!isAbout(rule, "javascript") || !isNode(ast) || ast.type !== "Program") return null;
  // Most scripts import none of the libraries, and cost no more than this look.
  if (!scriptLook.mayConcern(ast, text)) return null;
  return { toolchain: scriptToolchain(text, ast, languageOptions, typesOf(sourceCode)), root: "Program" };
}
