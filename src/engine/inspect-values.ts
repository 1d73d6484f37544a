import { environments, existsIn } from "../analysis/environments.ts";
import {
  importedConstants,
  valuesOf,
  type ImportedConstants,
} from "../analysis/script/imported-constants.ts";
import { nothingKnown, type KnownTypes } from "../analysis/script/known-types.ts";
import { namesScriptPackage, scriptLibraries } from "../frontends/dialects/dialects.ts";
import type { ImportedValue, Program } from "../ir/program.ts";
import type { Lift } from "../verify/translate.ts";
import { isAtLeast, type Finding } from "../verify/finding.ts";
import { linkedModules, nothingLinked, type Linked } from "./linked-modules.ts";
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
    let linked: Linked = nothingLinked;
    const findings = inspectWith("javascript", lift, (program) => {
      known = importedConstants(program, types);
      linked = linkedModules(program, types, new Set(known.keys()), lift);
      const constants = new Map([...linked.constants, ...valuesOf(known)]);
      return { ...program, constants, links: linked.links };
    })(text, own);
    const inspectWithConstants = (values: ReadonlyMap<string, ImportedValue>): readonly Finding[] => {
      const constants = new Map([...linked.constants, ...values]);
      return inspectWith("javascript", lift, (program) => ({ ...program, constants, links: linked.links }))(
        text,
        own,
      );
    };
    const inspectAlone = (other: string): readonly Finding[] => inspectWith("javascript", lift)(other, own);
    return withDefinitions(withoutOthers(findings, inspectAlone), known, inspectWithConstants);
  };
}

/** Findings but for what another module makes and is told of as badly by itself. */
function withoutOthers(
  findings: readonly Finding[],
  inspectAlone: (text: string) => readonly Finding[],
): readonly Finding[] {
  const alone = new Map<string, readonly Finding[]>();
  return findings.filter(({ rule, severity, madeIn }) => {
    if (madeIn === undefined) return true;
    const theirs = alone.get(madeIn.text) ?? inspectAlone(madeIn.text);
    alone.set(madeIn.text, theirs);
    const { start, end } = madeIn.span;
    return !theirs.some(
      (one) =>
        one.rule === rule &&
        one.span.start === start &&
        one.span.end === end &&
        isAtLeast(one.severity, severity),
    );
  });
}

/** Whether any library of JavaScript has what an environment does. */
function isMetInScripts(name: string): boolean {
  const record = environments.find((environment) => environment.name === name);
  return record !== undefined && scriptLibraries.some((library) => existsIn(record, library));
}
