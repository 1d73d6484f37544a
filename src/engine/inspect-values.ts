import { environments, existsIn } from "../analysis/environments.ts";
import {
  importedConstants,
  valuesOf,
  type ImportedConstants,
} from "../analysis/script/imported-constants.ts";
import { nothingKnown, type KnownTypes } from "../analysis/script/known-types.ts";
import { namesScriptPackage, scriptLibraries } from "../frontends/dialects/dialects.ts";
import type { Program } from "../ir/program.ts";
import type { Lift } from "../verify/translate.ts";
import { withDefinitions } from "./constant-definitions.ts";
import { inspectWith, type Inspect } from "./inspect.ts";

/** A text that no parser reads: what is printed then is not what was verified. */
export const unreadable: Program = {
  language: "javascript",
  body: [],
  comments: [],
  ignores: [],
  errors: [{ start: 0, end: 0 }],
};

/**
 * Findings of one script by the rules that Python has as well. One that imports none of the packages whose values are followed has nothing to
 * evaluate. What other modules' constants are, `types` tells.
 */
export function createScriptInspect(lift: Lift, types: KnownTypes = nothingKnown): Inspect {
  return (text, options) => {
    if (!namesScriptPackage(text)) return [];
    const own = { ...options, environments: options.environments.filter(isMetInScripts) };
    let known: ImportedConstants = new Map();
    const findings = inspectWith("javascript", lift, (program) => {
      known = importedConstants(program, types);
      return { ...program, constants: valuesOf(known) };
    })(text, own);
    return withDefinitions(findings, known, (constants) =>
      inspectWith("javascript", lift, (program) => ({ ...program, constants }))(text, own),
    );
  };
}

/** Whether any library of JavaScript has what an environment does. */
function isMetInScripts(name: string): boolean {
  const record = environments.find((environment) => environment.name === name);
  return record !== undefined && scriptLibraries.some((library) => existsIn(record, library));
}
