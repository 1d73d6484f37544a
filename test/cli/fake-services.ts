import type { EnvironmentInfo, RuleInfo } from "../../src/engine/rule-info.ts";
import { SyntaxProblem } from "../../src/engine/engine-findings.ts";
import type { InspectOptions } from "../../src/engine/inspect.ts";
import type { Toolchain } from "../../src/engine/toolchain.ts";
import type { Services } from "../../src/cli/services.ts";
import type { Applicability, Evidence, Finding, Metrics, Severity } from "../../src/verify/finding.ts";

// Stands in for the analysis: finds `arange(..., dtype=float)` by its text alone, and does what trailing comments say.

const fakeRules: readonly RuleInfo[] = [
  {
    id: "float-range",
    summary: "integer ranges built in a floating dtype",
    strict: false,
    environment: null,
    page: "# float-range\n\nWhat it finds.\n",
    url: "https://example.org/float-range",
  },
  {
    id: "early-cast",
    summary: "casts before the product",
    strict: false,
    environment: null,
    page: "# early-cast",
    url: null,
  },
  {
    id: "castable-buffer",
    summary: "frequencies in buffers",
    strict: true,
    environment: null,
    page: "# castable-buffer",
    url: null,
    tally: {
      environment: "module-cast",
      one: "tables are kept in buffers",
      many: "tables are kept in buffers",
    },
  },
  {
    id: "tf32-product",
    summary: "products in TF32",
    strict: true,
    environment: "tf32",
    page: "# tf32-product",
    url: null,
  },
];

const fakeEnvironments: readonly EnvironmentInfo[] = [
  environment("plain", true),
  environment("zero-init", true),
  environment("autocast", true),
  environment("module-cast", true),
  environment("tf32", false),
];

function environment(name: string, isDefault: boolean): EnvironmentInfo {
  return {
    name,
    summary: `changes ${name}`,
    met: "somebody",
    dtypes: ["bfloat16", "float16"],
    assumes: null,
    decides: true,
    isDefault,
  };
}

const noMetrics: Metrics = {
  distinct: null,
  first_collision: null,
  max_abs_phase_error: null,
  max_abs_cos_error: null,
  max_abs_sin_error: null,
  max_abs_value_error: null,
  moved: null,
  worst_index: null,
  result_dtype: null,
  nonfinite: null,
  bit_identical_to_plain: null,
  raises: null,
};

export function metrics(some: Partial<Metrics>): Metrics {
  return { ...noMetrics, ...some };
}

export const exact = metrics({
  distinct: 4096,
  max_abs_phase_error: 1.1e-4,
  max_abs_cos_error: 1.5e-4,
  max_abs_sin_error: 1.5e-4,
  moved: 0,
  result_dtype: "float32",
  nonfinite: 0,
  bit_identical_to_plain: true,
});

export const evidence: Evidence = {
  verdict: "confirmed",
  reason: null,
  remaining: [{ environment: "module-cast", covered_by: "castable-buffer" }],
  assumptions: ["max_position_embeddings is an integer: annotated so"],
  inputs: [{ name: "max_position_embeddings", value: 4096, source: "probe table" }],
  through: "reference",
  sampled: false,
  runs: [
    { environment: "plain", dtype: "float32", assumes: null, outcome: null, before: exact, after: exact },
    run("bfloat16", 769, 257, 2),
    run("float16", 3073, 2049, 0.9),
  ],
};

function run(dtype: string, distinct: number, collision: number, moved: number): Evidence["runs"][number] {
  const before = metrics({
    distinct,
    first_collision: collision,
    max_abs_phase_error: 8,
    max_abs_cos_error: moved,
    max_abs_sin_error: moved,
    moved,
    worst_index: [4095, 0],
    result_dtype: dtype,
    nonfinite: 0,
    bit_identical_to_plain: false,
  });
  return { environment: "zero-init", dtype, assumes: null, outcome: "repaired", before, after: exact };
}

const call = /(?<callee>\w+\.)?arange\((?<args>[^()]*), dtype=float\)(?<rest>[^\n]*)/g;

/** A comment `# note`, `# unsafe`, `# nofix`, `# group NAME`, `# broken` or `# loop` on the line changes what is found. */
function fakeInspect(text: string, options: InspectOptions): readonly Finding[] {
  if (text.includes("# crash")) throw new TypeError("a defect\nin two lines");
  const damage = text.indexOf("# does not parse");
  if (damage !== -1) throw new SyntaxProblem("expected an expression", { start: damage, end: damage + 3 });
  const findings = [...text.matchAll(call)].map((match) => findingFor(match, text));
  return [...findings, ...buffersIn(text, options)].map((finding) => {
    if (finding.fix === null) return finding;
    const { group } = finding.fix;
    // Every member of a group holds all edits of the group.
    const edits = findings.flatMap(({ fix }) => (fix?.group === group ? fix.edits : []));
    return { ...finding, fix: { ...finding.fix, edits } };
  });
}

/** `# buffer`: an error, unless the rule is listed, then a note; or only counted. */
function buffersIn(text: string, { rules, listed, tallied }: InspectOptions): readonly Finding[] {
  const rule = "castable-buffer";
  if (!rules.includes(rule) && tallied?.includes(rule) !== true) return [];
  const severity = rules.includes(rule) && listed?.includes(rule) !== true ? "error" : "note";
  return [...text.matchAll(/# buffer/g)].map(({ index }) => ({
    rule,
    severity,
    message: "frequencies are kept in a buffer",
    span: { start: index, end: index + 8 },
    environments: ["module-cast"],
    definition: "",
    related: [],
    evidence: null,
    fix: null,
  }));
}

function findingFor(match: RegExpMatchArray, text: string): Finding {
  const { callee = "", args = "", rest = "" } = match.groups ?? {};
  const start = match.index ?? 0;
  const end = start + match[0].length - rest.length;
  const severity: Severity = rest.includes("# note")
    ? "note"
    : rest.includes("# warning")
      ? "warning"
      : "error";
  const applicability: Applicability = rest.includes("# unsafe") ? "unsafe" : "safe";
  const group = /# group (\w+)/.exec(rest)?.[1] ?? `g${start}`;
  let content = `${callee}arange(${args}, dtype=int64).float()`;
  if (rest.includes("# broken")) content = "arange((";
  if (rest.includes("# loop")) content = `${callee}arange(${args}0, dtype=float)`;
  return {
    rule: "float-range",
    severity,
    message: "this range is built in a floating dtype",
    span: { start, end },
    environments: ["zero-init"],
    definition: definitionAt(text, start),
    related: [],
    evidence,
    fix: rest.includes("# nofix")
      ? null
      : { applicability, message: "build it as int64, then cast", group, edits: [{ start, end, content }] },
  };
}

function definitionAt(text: string, offset: number): string {
  const stack: { indent: number; name: string }[] = [];
  for (const [, space = "", name = ""] of text.slice(0, offset).matchAll(/^([ \t]*)(?:def|class) (\w+)/gm)) {
    while ((stack.at(-1)?.indent ?? -1) >= space.length) stack.pop();
    stack.push({ indent: space.length, name });
  }
  return stack.map(({ name }) => name).join(".");
}

export const fakeToolchain: Toolchain = {
  literals: ["arange", "type_as"],
  inspect: fakeInspect,
  callsOut: () => [],
  countSyntaxErrors: (text) => Math.abs(text.split("(").length - text.split(")").length),
};

export const fakeServices: Services = {
  version: "0.0.0-test",
  build: null,
  rules: fakeRules,
  environments: fakeEnvironments,
  literals: fakeToolchain.literals,
  loadToolchain: () => Promise.resolve(fakeToolchain),
  worker: null,
};
