/**
 * `npm run fuzz -- [--cases N] [--seed S] [--ours]`: mutated real files, held against what must be true of every file (fuzz/properties.ts).
 *
 * Seeded: batch i of a run draws its cases from seed S + i. A failing case is shrunk and written to a temporary folder, and the run
 * goes on with the next batch. `--ours` takes fixtures and examples alone, which are the same on every machine.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";
import { isScript } from "../src/engine/languages.ts";
import { readBases } from "./fuzz/bases.ts";
import { bound, Properties, type Case } from "./fuzz/properties.ts";
import { runBatch, type Failure } from "./fuzz/session.ts";
import { Watchdog } from "./fuzz/watchdog.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
    ours: { type: "boolean", default: false },
  },
});
const wanted = Number(values.cases);
const seed = Number(values.seed);
/** Cases of one seed of fast-check: a failure costs the rest of its batch. */
const batchSize = 200;
/** On the wall, for the machine may be busy: far beyond the bound in processor time. */
const hangSeconds = 300;

const folder = mkdtempSync(join(tmpdir(), "ropelint-fuzz-"));
const bases = readBases(!values.ours);
const properties = await Properties.load();
const watchdog = new Watchdog(join(folder, "hang"), hangSeconds);
const python = process.env.ROPELINT_PYTHON ?? "python3";
const counts = { cases: 0, findings: 0, fixed: 0, compiled: 0, failures: 0, slowest: 0 };
const started = Date.now();

/** Python itself judges what fixes make of a file that it could read before. */
const compile = `
import sys, json, base64, warnings
warnings.simplefilter("ignore")
def reads(data):
    try:
        compile(base64.b64decode(data), "case.py", "exec", dont_inherit=True)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
pairs = json.load(sys.stdin)
readable = [(i, after) for i, (before, after) in enumerate(pairs) if reads(before)]
print(json.dumps({"readable": len(readable), "broken": [i for i, after in readable if not reads(after)]}))
`;

function save(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function tell({ recipe, input, reason, seed: failing }: Failure): void {
  counts.failures++;
  const file = save(`case-${failing}${extname(input.path)}`, input.bytes);
  console.log(
    `FAILURE, seed ${failing}, of ${recipe.base.path}\n  ${recipe.changes.map(({ kind }) => kind).join(", ")}`,
  );
  console.log(`  ${reason.slice(0, 2000).replaceAll("\n", "\n  ")}\n  minimised: ${file}`);
}

function compileAll(pairs: readonly (readonly [Uint8Array, Uint8Array])[], batch: number): void {
  if (pairs.length === 0) return;
  const input = JSON.stringify(
    pairs.map((pair) => pair.map((bytes) => Buffer.from(bytes).toString("base64"))),
  );
  const { status, stdout } = spawnSync(python, ["-c", compile], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) return;
  const { readable, broken } = JSON.parse(stdout) as { readable: number; broken: readonly number[] };
  counts.compiled += readable;
  for (const index of broken) {
    counts.failures++;
    const [before, after] = pairs[index] ?? [];
    if (!before || !after) continue;
    const file = save(`broken-${batch}-${index}.py`, before);
    save(`broken-${batch}-${index}.fixed.py`, after);
    console.log(`FAILURE, seed ${batch}: Python reads the file and not its repair\n  ${file}`);
  }
}

function explain(): string {
  const { cases, findings, fixed, compiled, failures, slowest } = counts;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  const seconds = Math.round((Date.now() - started) / 1000);
  return (
    `${cases} cases, ${findings} findings, ${fixed} files changed by fixes (${compiled} of them compiled by Python before and after), ` +
    `${failures} failures; slowest ${slowest.toFixed(0)} ms, peak memory ${memory} MiB, ${seconds} s`
  );
}

console.log(`${bases.length} files, ${wanted} cases from seed ${seed}`);
for (let batch = seed; counts.cases < wanted; batch++) {
  const pairs: (readonly [Uint8Array, Uint8Array])[] = [];
  const onCase = (input: Case, checked: Parameters<Parameters<typeof runBatch>[3]>[1]): void => {
    if (checked === null) {
      watchdog.begin(input.bytes);
      return;
    }
    counts.cases++;
    counts.findings += checked.findings;
    counts.slowest = Math.max(counts.slowest, checked.milliseconds);
    if (checked.fixed === null) return;
    counts.fixed++;
    if (!isScript(input.path)) pairs.push([input.bytes, checked.fixed]);
  };
  const size = Math.min(batchSize, wanted - counts.cases);
  const failure = await runBatch(bases, { seed: batch, cases: size }, properties, onCase);
  if (failure) tell(failure);
  compileAll(pairs, batch);
  if ((batch - seed) % 5 === 4) console.log(explain());
}
await watchdog.close();
if (process.resourceUsage().maxRSS / 1024 > bound.megabytes) {
  counts.failures++;
  console.log(`FAILURE: more than ${bound.megabytes} MiB`);
}
console.log(explain());
process.exitCode = counts.failures > 0 ? 1 : 0;
