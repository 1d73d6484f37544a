import { placeName } from "../../engine/report.ts";
import type { Diagnostic } from "../../engine/report.ts";
import type { Verdict } from "../../verify/finding.ts";
import type { Paint } from "../palette.ts";
import { escapeText } from "./display.ts";
import { breakageLines, figuresLine, residueLines } from "./figures.ts";
import { codeFrame } from "./frame.ts";
import { rewrittenLines } from "./rewritten.ts";

/** Findings of the same file that were shown before. */
export interface Shown {
  /** The first finding of the same repair: a repair of several findings is shown with it. */
  readonly leader: Diagnostic;
  /** One of which the very same is to be said. */
  readonly twin: Diagnostic | null;
}

/** A finding as a reader at a terminal wants it: where, what, by how much, and what would repair it. */
export function formatText(
  diagnostic: Diagnostic,
  paint: Paint,
  { leader, twin }: Shown = { leader: diagnostic, twin: null },
): string {
  const { finding, lines } = diagnostic;
  const note = (label: string, text: string): string =>
    `  ${paint("dim", "=")} ${paint("bold", `${label}:`)} ${escapeText(text)}`;
  const output = [
    headline(diagnostic, paint),
    ...(lines.text === "" ? [] : codeFrame(lines, finding.span, finding.severity, paint)),
    ...(twin === null
      ? breakage(diagnostic).map(([label, text]) => note(label, text))
      : [note(breakage(diagnostic)[0]?.[0] ?? "breaks", `as on line ${lineOf(twin)}`)]),
    ...fixLines(diagnostic, leader, paint, note),
    ...(twin === null ? grounds(diagnostic).map(([label, text]) => note(label, text)) : []),
    ...relatedLines(diagnostic).map((text) => note("related", text)),
  ];
  return `${output.join("\n")}\n`;
}

/** All findings. A repair of several is shown with the first of them, and what was said before is not said again. */
export function formatTextReport(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const leaders = new Map<string, Diagnostic>();
  const twins = new Map<string, Diagnostic>();
  const output: string[] = [];
  for (const diagnostic of diagnostics) {
    // A repair of several files is named by its places in them.
    const own = diagnostic.changes.length > 1 ? "" : diagnostic.path;
    const key = `${own}\0${diagnostic.fix?.group ?? ""}`;
    const leader = diagnostic.fix === null ? diagnostic : (leaders.get(key) ?? diagnostic);
    leaders.set(key, leader);
    const details = detailsOf(diagnostic);
    const same = `${diagnostic.path}\0${details}`;
    const twin = details === "" ? null : (twins.get(same) ?? null);
    if (twin === null) twins.set(same, diagnostic);
    output.push(`${formatText(diagnostic, paint, { leader, twin })}\n`);
  }
  return output.join("");
}

/** What is said of a finding beside its places and its repair: two of which it is the same are twins. */
export function detailsOf(diagnostic: Diagnostic): string {
  const { finding } = diagnostic;
  const { rule, message } = finding;
  const breaks = breakageLines(finding);
  if (breaks.length === 0) return "";
  const parts = [...breaks.map((line) => ["breaks", line]), ...grounds(diagnostic)];
  return [rule, message, ...parts.map(([label, text]) => `${label}: ${text}`)].join("\n");
}

type Labelled = readonly [label: string, text: string];

function breakage({ finding, lines }: Diagnostic): readonly Labelled[] {
  const label = finding.severity === "note" ? "differs" : "breaks";
  return breakageLines(finding, lines).map((line) => [label, line]);
}

/** What the file's own figures name already is not repeated. */
function relatedLines({ path: own, finding, lines, related }: Diagnostic): readonly string[] {
  const outputs = new Set(
    (finding.effects ?? []).flatMap(({ output }) => (output ? lines.lineName(output.span.start) : [])),
  );
  return related
    .filter(({ path, line }) => path !== own || !outputs.has(line))
    .map(({ path, cell, location, line, message }) =>
      path === own ? `line ${line}: ${message}` : `${placeName({ path, cell, location })}: ${message}`,
    );
}

function lineOf({ finding, lines }: Diagnostic): string {
  return lines.lineName(finding.span.start);
}

/** `path:row:col: severity[rule] message` */
export function headline({ path, cell, location, finding }: Diagnostic, paint: Paint): string {
  const place = `${escapeText(placeName({ path, cell, location }))}:`;
  const label = paint(finding.severity, `${finding.severity}[${finding.rule}]`);
  return `${paint("bold", place)} ${label} ${escapeText(finding.message)}`;
}

type Note = (label: string, text: string) => string;

function fixLines(
  { path, finding, fix, changes }: Diagnostic,
  leader: Diagnostic,
  paint: Paint,
  note: Note,
): readonly string[] {
  const verdict = finding.evidence?.verdict ?? null;
  if (fix === null) return verdict === null ? [] : [note("no fix", lackOf(finding, verdict))];
  const kind = fix.applicability === "display" ? "suggestion" : fix.applicability;
  const label = `fix (${kind}${verdict === null ? "" : `, ${verdict}`})`;
  const residue = residueLines(finding).map((line) => note("after the fix", line));
  if (leader.finding !== finding) {
    const place = `line ${lineOf(leader)}${leader.path === path ? "" : ` of ${leader.path}`}`;
    return [note(label, `one repair with ${leader.finding.rule} on ${place}`), ...residue];
  }
  const rewritten = changes.flatMap((change) => [
    ...(change.path === path ? [] : [paint("dim", escapeText(`${change.path}:`))]),
    ...rewrittenLines(change.lines, change.edits, paint),
  ]);
  const { message = fix.message, reason } = finding.fix ?? {};
  return [
    note(label, message),
    ...rewritten.map((line) => `      ${line}`),
    ...(reason === undefined ? [] : [note("unsafe because", reason)]),
    ...residue,
  ];
}

/** Why nothing is offered, in words; the verdict is what docs/verdicts.md and JSON call it. */
function lackOf({ withheld }: Diagnostic["finding"], verdict: Verdict): string {
  switch (verdict) {
    case "confirmed":
    case "confirmed-change":
    case "partial":
      return `a rewrite is ${verdict}, but ${withheld ?? "can't be written here"}`;
    case "ineffective":
      return `no rewrite repairs it (${verdict})`;
    case "regresses":
      return `each rewrite would make something else worse (${verdict})`;
    case "unsupported":
      return `no rewrite can be verified (${verdict})`;
  }
}

function grounds({ finding: { evidence, effects } }: Diagnostic): readonly Labelled[] {
  if (evidence === null) return [];
  const { reason, remaining, assumptions, runs } = evidence;
  const isStill = runs.length === 0 || effects?.every(({ moved }) => moved === 0) === true;
  const figures = isStill
    ? null
    : figuresLine(evidence, effects?.some((effect) => effect.sampled) ?? evidence.sampled);
  return [
    ...(reason === null ? [] : [["reason", reason] as const]),
    ...remaining.map(
      ({ environment, covered_by: rule }) =>
        ["remaining", rule === null ? environment : `${environment} (see ${rule})`] as const,
    ),
    ...(assumptions.length === 0 ? [] : [["assumes", assumptions.join("; ")] as const]),
    ...(figures === null ? [] : [["figures for", figures] as const]),
  ];
}
