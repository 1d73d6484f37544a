import {
  valuesOf,
  type ImportedConstant,
  type ImportedConstants,
} from "../analysis/script/imported-constants.ts";
import type { ImportedValue, Span } from "../ir/program.ts";
import type { Definition } from "../ir/rewrite.ts";
import type { Finding } from "../verify/finding.ts";

/** Findings with other values of the constants that a file imports. */
type InspectWith = (constants: ReadonlyMap<string, ImportedValue>) => readonly Finding[];

/**
 * Findings that go away where a low dtype of another module is float32, with that as another way to repair them. The file is evaluated once more
 * with it: the way is offered where all that the repair in this file would mend is silent then, and nothing else is found.
 */
export function withDefinitions(
  findings: readonly Finding[],
  constants: ImportedConstants,
  inspect: InspectWith,
): readonly Finding[] {
  let all = findings;
  for (const [path, constant] of constants) {
    const wider = widened(constant);
    const isHeldBy = (finding: Finding): boolean =>
      finding.fix?.definition === undefined && useIn(finding, constant) !== null;
    if (wider === null || !all.some(isHeldBy)) continue;
    const left = inspect(new Map([...valuesOf(constants), [path, wider.value]]));
    if (left.some((one) => !isAmong(one, all))) continue;
    all = all.map((finding) => {
      const together = all.filter(({ fix }) => fix !== null && fix.group === finding.fix?.group);
      const isMended = together.length > 0 && !together.some((one) => isAmong(one, left));
      return isMended ? withDefinition(finding, constant, wider.content) : finding;
    });
  }
  return all;
}

function withDefinition(finding: Finding, constant: ImportedConstant, content: string): Finding {
  const { fix } = finding;
  const use = useIn(finding, constant);
  const { origin } = constant;
  if (fix === null || use === null || !origin?.literal) return finding;
  const { path, line, name } = origin;
  const { start, end, written } = origin.literal;
  const message = `write ${content}`;
  const definition: Definition = {
    ...{ path, name, line, span: { start, end }, written, content },
    ...{ use, edits: [], message },
  };
  return { ...finding, fix: { ...fix, definition } };
}

/** Where a finding's own expression reads the constant, and its repair does not any more. */
function useIn({ span, fix }: Finding, { uses }: ImportedConstant): Span | null {
  const isWithin = (use: Span, outer: Span): boolean => outer.start <= use.start && use.end <= outer.end;
  const [only = null, ...more] = uses.filter((use) => isWithin(use, span));
  return only !== null && more.length === 0 && fix?.edits.some((edit) => isWithin(only, edit)) === true
    ? only
    : null;
}

function isAmong({ rule, span }: Finding, findings: readonly Finding[]): boolean {
  return findings.some(
    (other) => other.rule === rule && other.span.start === span.start && other.span.end === span.end,
  );
}

/** `float32` for a low dtype, as the constant is written; null for everything else. */
function widened({
  value,
  origin,
}: ImportedConstant): { readonly value: ImportedValue; readonly content: string } | null {
  const written = origin?.literal?.written;
  if (written === undefined) return null;
  const content = written.replace(lowName, "$1loat32");
  if (content === written) return null;
  switch (value.kind) {
    case "text":
      return { value: { kind: "text", text: value.text.replace(lowName, "$1loat32") }, content };
    case "member":
      return { value: { kind: "member", path: value.path.replace(lowName, "$1loat32") }, content };
    case "number":
      return null;
  }
}

/** `'float16'`, `np.float16`, `DType.Float16`, `mx.bfloat16` */
const lowName = /\bb?([fF])loat16(?=["'`]?$)/;
