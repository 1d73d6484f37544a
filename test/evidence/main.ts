// `node --import tsx test/evidence/main.ts` measures the cases on real PyTorch and writes torch-figures.json;
// with --check it measures again and compares with what is stored. PYTHON names another interpreter.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { cases, inspectCase, measuredFile, readMeasured, type Inspected, type Measured } from "./cases.ts";
import { runnable } from "./runnable.ts";

const python = process.env.PYTHON ?? "/usr/bin/python3";

function request({ case: one, before, after, finding, runs }: Inspected): object {
  return {
    ...one,
    product: one.product ?? null,
    values: one.values ?? [],
    before,
    after,
    inputs: Object.fromEntries((finding.evidence?.inputs ?? []).map(({ name, value }) => [name, value])),
    environments: runs.map(({ environment, dtype }) => [environment, dtype]),
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What a script of this folder says of what it is given. */
function ask(name: string, question: unknown): unknown {
  const script = path.join(import.meta.dirname, name);
  const { status, stdout } = spawnSync(python, [script], {
    input: JSON.stringify(question),
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${python} ${script} ended with ${String(status)}`);
  return JSON.parse(stdout);
}

function measure(): Measured {
  const inspected = cases.map(inspectCase);
  const result = ask("measure.py", inspected.map(request)) as {
    readonly torch: string;
    readonly python: string;
    readonly capability: string;
    readonly cases: readonly Omit<Measured["cases"][number], "sources">[];
  };
  const fixtures = runnable();
  const moves = ask("fixtures.py", fixtures) as readonly Omit<Measured["fixtures"][number], "sources">[];
  return {
    provenance: {
      command: "node --import tsx test/evidence/main.ts",
      torch: result.torch,
      python: result.python,
      capability: result.capability,
      threads: "1",
    },
    cases: result.cases.map((one, i) => ({
      ...one,
      sources: [inspected[i]?.before ?? "", inspected[i]?.after ?? ""].map(hash),
    })),
    fixtures: moves.map((one, i) => ({
      ...one,
      sources: [fixtures[i]?.before ?? "", fixtures[i]?.after ?? ""].map(hash),
    })),
  };
}

const text = `${JSON.stringify(measure(), null, 1)}\n`;
if (process.argv.includes("--check")) {
  const same = text === `${JSON.stringify(readMeasured(), null, 1)}\n`;
  console.log(same ? "PyTorch's figures are those stored" : "PyTorch's figures are not those stored");
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(measuredFile, text);
}
