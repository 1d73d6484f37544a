import { floatRange } from "../../rules/float-range.ts";
import { environments, lowDTypesOf, plainSetting, type Setting } from "../../src/analysis/environments.ts";
import { FileAnalysis } from "../../src/analysis/file.ts";
import type { Root } from "../../src/analysis/rule.ts";
import { apiReference } from "../../src/frontends/python/references.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import { keywordOf, methodCall, withKeyword } from "../../src/ir/build.ts";
import type { Binary, Call, Expr, NumberLiteral } from "../../src/ir/program.ts";
import type { Occurrence } from "../../src/verify/judge.ts";
import type { Finding } from "../../src/verify/finding.ts";
import { parser, type Fixture } from "../rules/read-fixtures.ts";

/** Every environment that decides, in every dtype. */
export const settings: readonly Setting[] = environments
  .filter(({ decides, name }) => decides && name !== "plain")
  .flatMap((environment) => lowDTypesOf(environment).map((low) => ({ environment, low, exact: false })));

/** One float range of a fixture, everywhere it is executed. */
export interface Site {
  readonly fixture: Fixture;
  readonly file: FileAnalysis;
  readonly finding: Finding;
  readonly call: Call;
  readonly occurrences: readonly Occurrence[];
  /** Largest |value| of the range in plain. */
  readonly largest: number;
  readonly device: string;
}

/** A rewrite that is wrong, and what is wrong with it. */
export interface Mutant {
  readonly wrong: string;
  readonly replacement: Expr;
}

/** The same for repairs that touch more than one expression. */
export interface Substituted {
  readonly wrong: string;
  readonly substitutions: ReadonlyMap<Expr, Expr>;
}

const literals = ["arange", "type_as(", "sin(", "cos("];

export function analyse({ text }: Fixture, wanted: readonly string[] = literals): FileAnalysis {
  return new FileAnalysis(liftPython(parser.parse(text)), text, wanted, false);
}

/** The sites of a fixture that its findings name. */
export function sitesOf(
  fixture: Fixture,
  file: FileAnalysis,
  findings: readonly Finding[],
  match: (unit: FileAnalysis["units"][number]) => readonly Root[],
): readonly Site[] {
  const all = file.units.flatMap((unit) => match(unit).map((root) => ({ unit, root })));
  return findings.flatMap((finding) => {
    const occurrences = all.filter(({ root }) => root.node.span?.start === finding.span.start);
    const [first] = occurrences;
    const call = first ? file.callOf(first.root.node) : null;
    const value = first?.unit.numbers(plainSetting).value(first.root.node);
    if (!call || value?.kind !== "tensor" || value.data === null) return [];
    const largest = value.data.data.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    return [{ fixture, file, finding, call, occurrences, largest, device: value.device }];
  });
}

/** The rewrites of the rule that need nothing but the range itself. */
export function candidatesOf({ call, file, occurrences: [first] }: Site): readonly Expr[] {
  const candidates = first ? (floatRange.rewrites!(first.root, first.unit, file) ?? []) : [];
  return candidates.flatMap(({ boundary, substitutions }) => {
    const replacement = substitutions.get(call);
    return boundary === null && replacement ? [replacement] : [];
  });
}

function integerRange(call: Call, file: FileAnalysis): Call {
  return withKeyword(call, "dtype", torch(file, "int64"));
}

export function torch({ program, text }: FileAnalysis, name: string): Expr {
  const reference = apiReference(program, `torch.${name}`, text);
  if (reference === null) throw new Error(`no name for torch.${name}`);
  return reference;
}

export function number(value: number): NumberLiteral {
  return { kind: "number", value, integer: Number.isInteger(value), span: null };
}

function keyword(name: string, value: Expr): Call["args"][number] {
  return { name, spread: "", value, span: null };
}

export function called(callee: Expr, ...args: readonly Expr[]): Call {
  return {
    kind: "call",
    callee,
    args: args.map((value) => ({ ...keyword("", value), name: null })),
    span: null,
  };
}

function without(call: Call, drop: (arg: Call["args"][number], position: number) => boolean): Call {
  return { ...call, args: call.args.filter((arg, position) => !drop(arg, position)) };
}

export function operate(left: Expr, operator: Binary["operator"], right: Expr): Expr {
  return { kind: "binary", operator, left, right, span: null };
}

type Random = () => number;

/** What a fixture's own code makes good again, so that the rewrite is not wrong there. */
const absorbed: Readonly<Record<string, readonly string[]>> = {
  // slopes[:num_heads]
  "float-range/rewritten/alibi_slopes": ["a bound one further"],
  // torch.div(..., rounding_mode="floor")
  "float-range/rewritten/image_channels": ["off by a half"],
  // .long()
  "float-range/rewritten/float_ids": ["off by a half"],
};

/**
 * Wrong rewrites of one site, some of them a step away from the right one. Those that leave small numbers as they are are made of ranges only that go further.
 * `random` picks amounts.
 */
export function mutantsOf(site: Site, right: Expr, random: Random): readonly Mutant[] {
  const { call, file, finding, largest } = site;
  const range = integerRange(call, file);
  const pick = (...values: readonly number[]): number => values[Math.floor(random() * values.length)] ?? 1;
  const mutants: Mutant[] = [];
  const add = (wrong: string, replacement: Expr): void => {
    if (!(absorbed[site.fixture.name] ?? []).includes(wrong)) mutants.push({ wrong, replacement });
  };
  const channels = site.occurrences.some(({ root }) => root.subject !== "positions");
  if (channels || largest > 2048) add("half at the end", methodCall(range, "half"));
  if (channels || largest > 256) {
    add("bfloat16 at the end", methodCall(range, "bfloat16"));
    add("a low dtype at the end, by .to()", methodCall(range, "to", [torch(file, "bfloat16")]));
  }
  add("off by one", operate(right, pick(1, 0) === 1 ? "+" : "-", number(1)));
  add("off by a half", operate(right, "+", number(pick(0.5, 0.25, -0.5))));
  add("scaled", operate(right, "*", number(pick(1.5, 2, 0.5))));
  add("another device", methodCall(right, pick(0, 1) === 1 ? "cuda" : "cpu"));
  add("flipped", methodCall(right, "flip", [number(0)]));
  add("a bound one further", movedBound(range, right, "+"));
  add("a bound one short", movedBound(range, right, "-"));
  if (largest > 127) add("int8", methodCall(withKeyword(call, "dtype", torch(file, "int8")), "float"));
  if (largest > 255) add("uint8", methodCall(withKeyword(call, "dtype", torch(file, "uint8")), "float"));
  if (largest > 256) add("through bfloat16", methodCall(methodCall(range, "bfloat16"), "float"));
  if (largest > 2048) add("through half", methodCall(methodCall(range, "half"), "float"));
  if (largest > 256) add("folded", operate(right, "%", number(pick(100, 255, 256))));
  if (keywordOf(call, "device") !== null && site.device !== "default") {
    add(
      "dropped device",
      methodCall(
        without(range, (arg) => arg.name === "device"),
        "float",
      ),
    );
  }
  if (hasStep(call))
    add(
      "dropped step",
      methodCall(
        without(range, (arg, position) => arg.name === null && position === 2),
        "float",
      ),
    );
  if (finding.severity === "note") return mutants;
  const written = keywordOf(call, "dtype");
  if (finding.environments.includes("zero-init") && !finding.environments.includes("default-dtype")) {
    add("type_as of a low tensor", methodCall(range, "type_as", [called(torch(file, "zeros"), number(1))]));
    add("the dtype of a low tensor", methodCall(range, "to", [called(torch(file, "ones"), number(1))]));
    add("the same range, spelled with float32", withKeyword(call, "dtype", torch(file, "float32")));
  }
  if (finding.environments.includes("low-input") && written !== null) {
    add("a cast before the product", methodCall(range, "to", [written]));
    add(
      "a cast before the product, through float32",
      methodCall(methodCall(range, "float"), "to", [written]),
    );
  }
  return mutants;
}

/** A step of its own, other than 1. */
function hasStep({ args }: Call): boolean {
  const step = args[2];
  return step?.name === null && !(step.value.kind === "number" && step.value.value === 1);
}

function movedBound(range: Call, right: Expr, operator: "+" | "-"): Expr {
  const named = range.args.find((arg) => arg.name === "end");
  const positional = range.args.filter((arg) => arg.name === null);
  const bound = named ?? positional[1] ?? positional[0];
  if (!bound || right.kind !== "call" || right.callee.kind !== "attribute") throw new Error("no bound");
  const step = positional[2]?.value;
  const far = step?.kind === "number" ? 2 * step.value : step ? 2 : 1;
  const moved = { ...bound, value: operate(bound.value, operator, number(far)) };
  const longer = { ...range, args: range.args.map((arg) => (arg === bound ? moved : arg)) };
  return { ...right, callee: { ...right.callee, object: longer } };
}
