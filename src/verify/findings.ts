import type { Expr, IgnoreComment, Program } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import {
  environmentsOf,
  lowDTypesOf,
  plainSetting,
  shortName,
  type Environment,
  type Setting,
} from "../analysis/environments.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import { linkedPlace } from "../analysis/linked-places.ts";
import { isCommentRule, isGraphRule, type AnyRule, type Rule } from "../analysis/rule.ts";
import { evidenceOf } from "./evidence.ts";
import { groupOf, isAtLeast, withoutEvidence } from "./finding.ts";
import type { Applicability, Effect, Finding, Fix, MadeElsewhere, Related, Severity } from "./finding.ts";
import type { GroupResult } from "./group.ts";
import { hazardsOf, isMaskOnly, matchAll, placesOf, type Hazard, type Matched } from "./hazards.ts";
import { readableIgnores, silences } from "./ignores.ts";
import type { Judgement, Occurrence } from "./judge.ts";
import { searchRewrite, toRepair, type Rewrite } from "./search.ts";
import { describeMovement, describeWorst, effectOf } from "./describe.ts";
import { unusedIgnores } from "./unused-ignores.ts";

export interface FindingOptions {
  readonly rules: readonly AnyRule[];
  /** Every rule there is: ignore comments may name those that are not run. */
  readonly registry: readonly AnyRule[];
  /** Ids of rules whose findings are notes, returned whatever the severity. */
  readonly listed: ReadonlySet<string>;
  /** Rules that are matched and no more: their findings are only counted. */
  readonly tallied: readonly Rule[];
  readonly environments: readonly string[];
  /** The release of torch that is assumed; by default the newest. */
  readonly torch: string | undefined;
  /** Findings below this are neither verified nor returned. */
  readonly severity: Severity;
  readonly exhaustive: boolean;
  /** Prints a rewrite as edits of the text, re-parsed and compared; null where that fails. */
  readonly print: (substitutions: ReadonlyMap<Expr, Expr>) => readonly Edit[] | null;
  /** The program after an edit of its comments; null where code changes. */
  readonly reread: (edit: Edit) => Program | null;
}

/** Findings of one file: matched, judged, and each rewrite verified. */
export function findingsOf(file: FileAnalysis, options: FindingOptions): readonly Finding[] {
  const records = environmentsOf(options.torch);
  const settings = settingsFor(records.filter(({ name }) => options.environments.includes(name)));
  const deciding = settings.filter((setting) => setting.environment.decides);
  const ignores = readableIgnores(file.program.ignores, options.registry);
  const run = options.rules.filter(isGraphRule);
  const { listed } = options;
  const asked = { ignores, floor: options.severity, listed };
  const matched = matchAll(file, [...run, ...options.tallied], deciding);
  const hazards = run.flatMap((rule) => hazardsOf(file, rule, matched(rule), asked));
  const known = new Map<string, GroupResult>();
  const isWanted = (severity: Severity): boolean => isAtLeast(severity, options.severity);
  const reported = hazards
    .filter(({ rule, severity, isIgnored }) => (listed.has(rule.id) || isWanted(severity)) && !isIgnored)
    .flatMap((hazard) => report(file, hazard, hazards, settings, options, known));
  const everywhere = settingsFor(records);
  const unused = options.rules
    .filter(isCommentRule)
    .filter(({ severity }) => isWanted(severity))
    .flatMap((rule) => unusedIgnores({ ...options, file, ignores, rule, hazards, run, everywhere }));
  return [
    ...reported,
    ...unused,
    ...options.tallied.flatMap((rule) => tally(file, rule, matched(rule), ignores)),
  ];
}

/** What a rule matches, to be counted. */
function tally(
  file: FileAnalysis,
  rule: Rule,
  matched: Matched,
  ignores: readonly IgnoreComment[],
): readonly Finding[] {
  return [...placesOf(matched, file).values()].flatMap(([first]) => {
    const span = first?.root.node.span;
    if (!first || !span || ignores.some((ignore) => silences(ignore, rule, span))) return [];
    const { root } = first;
    const environments = [...new Set(root.settings.map(({ environment }) => environment.name))];
    const definition = file.expressionOf(root.node)?.definition ?? "";
    const found = { rule: rule.id, severity: "note", message: rule.message(root, file), span } as const;
    return [withoutEvidence(found, { environments, definition })];
  });
}

function settingsFor(records: readonly Environment[]): readonly Setting[] {
  return records
    .filter(({ name }) => name !== "plain")
    .flatMap((environment) => lowDTypesOf(environment).map((low) => ({ environment, low, exact: false })));
}

function report(
  file: FileAnalysis,
  hazard: Hazard,
  all: readonly Hazard[],
  settings: readonly Setting[],
  options: FindingOptions,
  known: Map<string, GroupResult>,
): readonly Finding[] {
  const first = hazard.worst;
  const { span } = first.root.node;
  if (!span || isMaskOnly(hazard)) return [];
  const { origin } = first.root.node;
  const linked = origin ? linkedPlace(file.program, origin) : null;
  const madeIn = linked && { path: linked.module.path, text: linked.module.text, span: linked.span };
  // The text that would have to change is another file's.
  const rewritten = madeIn ? null : searchRewrite(file, hazard, all, settings, known);
  const result = rewritten?.result;
  const effects = effectsOf(hazard);
  // Figures speak of numbers: a hazard that is none, or whose numbers are those of the reference kernel, has no place there.
  const { stated, rotations, lost } = first.root;
  const isNumber = stated === undefined && rotations === undefined && lost === undefined;
  const told = result && (isNumber ? result : { ...result, results: [] });
  const shown = told ? evidenceOf(hazard, told, toRepair(hazard), options.exhaustive) : null;
  const proposed = shown && rewritten?.isProposed === false ? { ...shown, verdict: null } : shown;
  const evidence = proposed && !isNumber ? { ...proposed, inputs: [] } : proposed;
  return [
    {
      rule: hazard.rule.id,
      severity: hazard.severity,
      message: `${hazard.rule.message(first.root, file)}${describePlace(madeIn)}${describeEffect(hazard, effects)}`,
      span,
      environments: hazard.named,
      definition: file.expressionOf(first.root.node)?.definition ?? "",
      related: relatedTo(hazard),
      effects,
      ...(madeIn ? { madeIn } : {}),
      evidence,
      fix: rewritten ? fixOf(hazard, rewritten, options) : null,
    },
  ];
}

/** `in dtypes.ts, line 7` */
function describePlace(made: MadeElsewhere | null): string {
  if (made === null) return "";
  const line = made.text.slice(0, made.span.start).split(/\r\n|\n|\r/).length;
  return ` in ${made.path.split("/").at(-1) ?? made.path}, line ${String(line)}`;
}

/** What follows from the hazard, for the message's end. */
function describeEffect(
  { rule, worst: { root, unit }, judgements, severity, listed }: Hazard,
  effects: readonly Effect[],
): string {
  if (root.stated) return `; ${root.stated.effect}`;
  if (root.raises !== null || root.lost !== undefined) return "";
  const told = { convention: rule.convention, isUncalled: root.cap !== "note" && unit.isCapped(root.node) };
  return listed ? describeWorst(effects) : describeMovement(judgements, effects, severity, told);
}

function relatedTo(hazard: Hazard): readonly Related[] {
  const own = (hazard.worst.root.related ?? []).flatMap(({ node, message }) =>
    node.span ? [{ filename: "", span: node.span, message }] : [],
  );
  return [...own, ...furthestOf(hazard)];
}

/** Where what the root spoils is seen: the output that moves furthest. */
function furthestOf({ judgements, worst }: Hazard): readonly Related[] {
  const furthestFirst = [...judgements].sort((a, b) => (b.movement?.moved ?? 0) - (a.movement?.moved ?? 0));
  const [first] = furthestFirst;
  const span = first?.at?.span;
  if (!first?.movement || first.movement.moved === 0 || !span || span.start === worst.root.node.span?.start)
    return [];
  const message = `${effectOf(first, false)?.output?.name ?? "this output"} moves furthest`;
  return [{ filename: "", span, message }];
}

/** What the root alone does in each setting: where it is met more than once, where it moves furthest. */
function effectsOf({ occurrences, judgements, worst }: Hazard): readonly Effect[] {
  const problem = worst.root.raises ?? worst.root.lost?.effect ?? null;
  if (problem !== null) return brokenIn(worst.root, problem);
  const furthest = new Map<string, Effect>();
  for (const judgement of judgements) {
    const effect = effectOf(judgement, isSampled(judgement, occurrences));
    if (!effect) continue;
    const place = `${effect.environment} ${effect.dtype}`;
    const known = furthest.get(place);
    if (!known || effect.moved > known.moved) furthest.set(place, effect);
  }
  return [...furthest.values()];
}

/** What no figure tells: a raise, a lost part. */
function brokenIn({ settings }: Occurrence["root"], problem: string): readonly Effect[] {
  const places =
    settings.length === 0
      ? [{ environment: "plain", dtype: "" }]
      : settings.map(({ environment, low }) => ({ environment: environment.name, dtype: shortName(low) }));
  const rest = { moved: Infinity, roundings: null, problem, sampled: false, output: null };
  return places.map((place) => ({ ...place, ...rest }));
}

/** Whether a judgement rests on some of its output's elements only. */
function isSampled({ at, movement }: Judgement, occurrences: readonly Occurrence[]): boolean {
  const home = occurrences.find(({ unit }) => at !== null && unit.unit.graph.nodes[at.id] === at);
  if (!home || at === null) return false;
  const value = home.unit.numbers(plainSetting).value(at);
  const isPartial =
    value.kind !== "tensor" || value.data === null || value.data.axes.some((held) => held !== null);
  return isPartial || movement?.through === "reference";
}

function fixOf(
  { rule }: Hazard,
  { result, form, occurrences }: Rewrite,
  options: FindingOptions,
): Fix | null {
  const isKnown = occurrences.every(
    ({ root: { integrality } }) => integrality.degree === "proved" || integrality.degree === "supported",
  );
  const verified = applicabilityOf(result, isKnown);
  const mixing = verified === "safe" ? mixingIn(result) : null;
  const applicability =
    verified !== null && rule.suggests === true ? "display" : mixing ? "unsafe" : verified;
  const edits = applicability === null ? null : options.print(result.substitutions);
  if (applicability === null || edits === null || edits.length === 0) return null;
  const guess =
    result.verdict === "confirmed" && !isKnown
      ? "nothing tells that the bounds of the range are integers"
      : null;
  const reason = mixing ?? guess;
  return {
    applicability,
    message: form,
    group: groupOf(edits),
    edits,
    ...(reason === null ? {} : { reason }),
  };
}

/** A float32 table that no module cast reaches meets low values in a combination: what follows (a linear layer) may raise there. */
function mixingIn({ results }: GroupResult): string | null {
  const mixed = results.find(({ setting, leak }) => !setting.environment.decides && leak !== null);
  if (!mixed) return null;
  return `in ${mixed.setting.environment.name} the float32 result then meets low values; cast it where it is used`;
}

function applicabilityOf({ verdict }: GroupResult, isKnown: boolean): Applicability | null {
  switch (verdict) {
    case "confirmed":
      return isKnown ? "safe" : "unsafe";
    case "confirmed-change":
    case "partial":
      return "unsafe";
    case "ineffective":
    case "regresses":
    case "unsupported":
      return null;
  }
}
