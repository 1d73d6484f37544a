/**
 * `npm run bench [-- PATH] [--rounds N]`: whole processes against each other, cold, in pairs of one run.
 * PATH defaults to transformers 4.37.2, downloaded by test/corpus/fetch.py. Prints medians and ratios, asserts nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { release } from "./release.ts";

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

interface Time {
  /** Seconds on the wall. */
  readonly wall: number;
  /** Seconds of processors, children included: what a busy machine disturbs less. */
  readonly processor: number;
}

const python = process.env.ROPELINT_PYTHON ?? "python3";

/** Reads and compiles every file, and finds nothing: about the least that a tool in Python has to do. */
const compileAll = `
import pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
`;

function contestants(path: string): readonly Contestant[] {
  const bin = fileURLToPath(new URL("../bin/ropelint.js", import.meta.url));
  const check = [process.execPath, bin, "check", "--exit-zero", "--no-cache", path];
  return [
    { name: "ropelint check", command: check },
    { name: "ropelint check, invalid-type-as only", command: [...check, "--select", "invalid-type-as"] },
    { name: "python: read and compile every file", command: [python, "-c", compileAll, path] },
    {
      name: "ruff check (its default rules)",
      command: ["ruff", "check", "--isolated", "--no-cache", "--exit-zero", path],
    },
  ].filter(({ command: [program = ""] }) => isInstalled(program));
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** One process from start to end; bash's `time` knows what its children used. */
function measure({ name, command }: Contestant): Time {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1';
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", ...command], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ended with ${String(status)}`);
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { wall, processor: user + system };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" } },
});
if (!existsSync(new URL("../dist", import.meta.url))) throw new Error("build first: npm run build");
const path = positionals[0] ?? release();
const all = contestants(path);
const rounds = Number(values.rounds);
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} available; node ${process.version}; ` +
    `load before ${loadavg()[0]?.toFixed(1) ?? "?"}; ${rounds} rounds`,
);

// A round runs everyone once: what disturbs one of them is likely to disturb its neighbours too.
const times = new Map(all.map(({ name }) => [name, [] as Time[]]));
for (let round = 0; round < rounds; round++)
  for (const contestant of all) times.get(contestant.name)?.push(measure(contestant));

const own = times.get("ropelint check") ?? [];
for (const [name, measured] of times) {
  const isOwn = measured === own;
  const ratios = measured.map(({ processor }, round) => (own[round]?.processor ?? 0) / processor);
  console.log(
    [
      name.padEnd(38),
      `${median(measured.map(({ wall }) => wall)).toFixed(2)} s`.padStart(10),
      `${median(measured.map(({ processor }) => processor)).toFixed(2)} s processor`.padStart(20),
      isOwn
        ? ""
        : `ropelint takes ${median(ratios).toFixed(2)} x (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    ]
      .join("  ")
      .trimEnd(),
  );
}
