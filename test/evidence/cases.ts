import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding, Run } from "../../src/verify/finding.ts";
import { allEnvironments, allRules, fix, inspect, readFixtures, safe } from "../rules/read-fixtures.ts";

/** A fixture with sizes fixed by a caller, and how real PyTorch is to run it. Expressions are Python. */
export interface Case {
  readonly name: string;
  readonly fixture: string;
  /** Replacements in the fixture's text. */
  readonly edits?: readonly (readonly [string, string])[];
  /** Appended to the fixture: constructs the module as `built`, with the sizes as literals. */
  readonly built: string;
  /** Runs forward; floating(shape) gives floating inputs, size[...] the probe values of the evidence. */
  readonly call: string;
  /** Where the slice ends; calls[...] holds arguments and results of sines, cosines and products. */
  readonly outputs: string;
  /** Which outputs are neither phases nor tables. */
  readonly values?: readonly number[];
  /** The product that positions enter: function, which call, which argument. Null for frequencies, absent where nothing is counted. */
  readonly product?: readonly [string, number, number] | null;
}

const rotary = {
  fixture: "alias_module",
  built: "Rotary(16, 4096)",
  call: "built(floating(1, size['x.shape[1]'], 16))",
  outputs: "[built.phase, calls['cos'][0][1], calls['sin'][0][1]]",
  product: ["outer", 0, 0],
} as const;

export const cases: readonly Case[] = [
  { name: "4096 positions", ...rotary },
  { name: "another base", ...rotary, edits: [["10000.0", "500.0"]] },
  { name: "another length", ...rotary, built: "Rotary(16, 600)" },
  { name: "another head size", ...rotary, built: "Rotary(32, 600)" },
  {
    name: "another order of operands",
    ...rotary,
    edits: [["th.outer(places, bands)", "th.outer(bands, places)"]],
    product: ["outer", 0, 1],
    built: "Rotary(32, 600)",
  },
  {
    name: "float literal",
    fixture: "float_literals",
    built: "Rotary(16, 3000)",
    call: "built(floating(1, 1, 1))",
    outputs: "[built.phase, calls['cos'][0][1]]",
    product: ["outer", 0, 0],
  },
  {
    name: "two causes",
    fixture: "two_causes",
    built: "Rotary(16, 2000)",
    call: "None",
    outputs: "[built.cos]",
    product: ["outer", 0, 0],
  },
  {
    name: "sinusoidal table",
    fixture: "sinusoidal_table",
    built: "SinusoidalTable(1024, 32)",
    call: "None",
    outputs: "[built.weights]",
    product: ["mul", 1, 0],
  },
  {
    name: "float64",
    fixture: "double",
    built: "Rotary(16, 2048)",
    call: "None",
    outputs: "[built.cos]",
    product: ["outer", 0, 0],
  },
  {
    name: "input dtype",
    fixture: "input_dtype",
    built: "Rotary(16)",
    call: "built(floating(1, size['hidden_states.shape[1]'], 16))",
    outputs: "list(result)",
    product: ["outer", 0, 0],
  },
  {
    name: "ambient pair",
    fixture: "ambient_pair",
    built: "RelativeSines(32)",
    call: "built(floating(1, size['inputs_embeds.shape[1]'], 32))",
    outputs: "[result]",
    product: ["mul", 0, 0],
  },
  {
    name: "ambient table",
    fixture: "ambient_table",
    built: "AmbientTable(32)",
    call: "built(floating(1, size['input_embeds.shape[1]'], 32))",
    outputs: "[result]",
    product: null,
  },
  {
    name: "linear bias",
    fixture: "alibi_bias",
    built: "LinearBias(12, 2048)",
    call: "None",
    outputs: "[calls['mul'][1][1], built.bias[..., :size['scores.shape[-1]']]]",
    values: [0, 1],
    product: ["mul", 1, 1],
  },
  {
    name: "window",
    fixture: "window_24",
    built: "WindowBias()",
    call: "None",
    outputs: "[built.coordinates]",
    values: [0],
  },
  {
    name: "timesteps",
    fixture: "timesteps_buffer",
    built: "StepTable(32, 1000)",
    call: "None",
    outputs: "[built.table]",
    product: ["mul", 1, 0],
  },
  {
    name: "both sides of zero",
    fixture: "negated_window",
    built: "Relative(16, 1500)",
    call: "None",
    outputs: "[built.sine]",
    product: ["mul", 0, 0],
  },
  {
    name: "frozen parameter",
    fixture: "frozen_parameter",
    built: "Table(16, 2000)",
    call: "None",
    outputs: "[built.table]",
    product: ["mul", 0, 0],
  },
  {
    name: "in place",
    fixture: "in_place",
    built: "Rotary(16, 2000, 2.0)",
    call: "None",
    outputs: "[built.cos]",
    product: ["outer", 0, 0],
  },
  {
    name: "einsum in forward",
    fixture: "einsum_in_forward",
    built: "RelativePositions(16)",
    call: "built(torch.zeros(size['input_ids.shape[0]'], dtype=torch.int64))",
    outputs: "[result]",
    product: ["einsum", 0, 1],
  },
];

/** A case as ropelint sees it. */
export interface Inspected {
  readonly case: Case;
  readonly before: string;
  readonly after: string;
  readonly finding: Finding;
  readonly runs: readonly Run[];
}

const fixtures = new Map(readFixtures().map((fixture) => [path.basename(fixture.name), fixture]));

/** Cases count positions of ranges. Rewritten products have fixtures of their own, and are none of the calls counted here. */
const rules = allRules.filter((id) => !id.endsWith("-product"));
/** Everything but tf32, which a CPU does not have. */
const environments = allEnvironments.filter((name) => name !== "tf32");

export function inspectCase(one: Case): Inspected {
  const fixture = fixtures.get(one.fixture);
  if (!fixture) throw new Error(`no fixture ${one.fixture}`);
  const edited = (one.edits ?? []).reduce((text, [from, to]) => text.replaceAll(from, to), fixture.text);
  const before = `${edited}\n\nbuilt = ${one.built}\n`;
  const chosen = { rules, environments, exhaustive: true };
  const findings = inspect(before, chosen);
  // Of a table's two ranges the positions are the ones that are counted.
  const positions = findings.filter(({ message }) => message.startsWith("positions"));
  const finding = positions.at(-1) ?? findings[0];
  if (!finding) throw new Error(`nothing is found in ${one.name}`);
  return {
    case: one,
    before,
    after: fix(before, findings, safe, chosen),
    finding,
    runs: finding.evidence?.runs ?? [],
  };
}

/** Figures of one run on real PyTorch; null where a figure does not apply. */
export type Figures = Readonly<Record<string, number | string | boolean | null>>;
export interface MeasuredRun {
  readonly environment: string;
  readonly dtype: string;
  readonly before: Figures;
  readonly after: Figures;
  /** What one ulp in each transcendental does to a figure. */
  readonly before_spread: Readonly<Record<string, number>>;
  readonly after_spread: Readonly<Record<string, number>>;
  /** Mechanisms that PyTorch on a CPU lacks, and operations computed in float32. */
  readonly simulated: readonly string[];
}
export interface Measured {
  readonly provenance: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    /** SHA-256 of the source before and after. */
    readonly sources: readonly string[];
    readonly runs: readonly MeasuredRun[];
  }[];
  /** Whole fixtures before and after their fix. */
  readonly fixtures: readonly MeasuredFixture[];
}

export interface MeasuredFixture {
  readonly name: string;
  /** SHA-256 of the source before and after. */
  readonly sources: readonly string[];
  readonly plain_identical: boolean;
  /** By environment and dtype: largest move from plain before and after ("inf" for another shape), or what the library raises. */
  readonly runs: Readonly<Record<string, readonly [number | string, number | string]>>;
}

export const measuredFile = path.join(import.meta.dirname, "torch-figures.json");

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(measuredFile, "utf8")) as Measured;
}
