/**
 * `npm run bench [-- --rounds N] [--one VERSION] [--six V,V,...] [--no-peers] [--no-six]`
 *
 * Whole processes against each other, in pairs of one run: releases of transformers read cold, again with a cache, and one file at a
 * time as a hook does, beside ruff, ast-grep, and what Node needs to do next to nothing. Downloads the releases and installs the
 * peers. Prints medians, and the table of targets that docs/performance.md shows; asserts nothing.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure, median, type Measured } from "./measure.ts";
import { peers } from "./peers.ts";
import { releases } from "./release.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    one: { type: "string", default: "4.57.6" },
    six: { type: "string", default: "4.37.2,4.38.0,4.45.2,4.50.3,4.57.6,5.23.0" },
    "no-six": { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
  },
});

type Name =
  | "node -e 0"
  | "node: list and stat one release"
  | "ruff, one rule, one release"
  | "ruff, one rule, six releases"
  | "ast-grep, three patterns, one release"
  | "ast-grep, three patterns, six releases"
  | "ropelint, one release, cold"
  | "ropelint, one release, cold, one thread"
  | "ropelint, one release, cached"
  | "ropelint, six releases, cold"
  | "ropelint, a file without code of interest"
  | "ropelint, a file with code of interest and no finding"
  | "ropelint, a file with a finding"
  | "ropelint, a file with a finding, cached";

interface Target {
  readonly of: string;
  readonly own: Name;
  readonly against: Name | null;
  /** The most that the ratio may be; without a peer, MiB. */
  readonly most: number;
  readonly by: "wall" | "peak";
}

/** The project's targets. */
const targets: readonly Target[] = [
  ["cold against ruff, one release", "ropelint, one release, cold", "ruff, one rule, one release", 1.5],
  ["cold against ruff, six releases", "ropelint, six releases, cold", "ruff, one rule, six releases", 0.9],
  [
    "cold against ast-grep, one release",
    "ropelint, one release, cold",
    "ast-grep, three patterns, one release",
    0.2,
  ],
  [
    "cold against ast-grep, six releases",
    "ropelint, six releases, cold",
    "ast-grep, three patterns, six releases",
    0.12,
  ],
  [
    "cached against listing and stat",
    "ropelint, one release, cached",
    "node: list and stat one release",
    1.5,
  ],
  [
    "hook, nothing of interest, against node -e 0",
    "ropelint, a file without code of interest",
    "node -e 0",
    2.5,
  ],
  [
    "hook, nothing found, against node -e 0",
    "ropelint, a file with code of interest and no finding",
    "node -e 0",
    2.5,
  ],
  ["hook, a finding verified, against node -e 0", "ropelint, a file with a finding", "node -e 0", 2.5],
  ["hook, a finding cached, against node -e 0", "ropelint, a file with a finding, cached", "node -e 0", 2.5],
  ["six releases against one", "ropelint, six releases, cold", "ropelint, one release, cold", 4.5],
].map(([of, own, against, most]) => ({ of, own, against, most, by: "wall" }) as Target);
const memory: readonly Target[] = [
  { of: "memory, one release", own: "ropelint, one release, cold", against: null, most: 200, by: "peak" },
  { of: "memory, six releases", own: "ropelint, six releases, cold", against: null, most: 350, by: "peak" },
];

/** What any tool has to do that looks whether files have changed. */
const listAndStat = `
import { readdirSync, lstatSync } from "node:fs";
let size = 0;
const walk = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder + "/" + entry.name;
    if (entry.isDirectory()) walk(path);
    else if (entry.name.endsWith(".py")) size += lstatSync(path).size;
  }
};
walk(process.argv[1]);
`;

if (!existsSync(new URL("../dist", import.meta.url))) throw new Error("build first: npm run build");
const [one = ""] = releases([values.one]);
const six = values["no-six"] ? null : releases(values.six.split(","));
const work = mkdtempSync(join(tmpdir(), "ropelint-bench-"));
try {
  run(contestants());
} finally {
  rmSync(work, { recursive: true, force: true });
}

function contestants(): ReadonlyMap<Name, readonly string[]> {
  const bin = fileURLToPath(new URL("../bin/ropelint.js", import.meta.url));
  const cache = join(work, "cache");
  const check = (...args: readonly string[]): readonly string[] => [
    process.execPath,
    bin,
    "check",
    "--isolated",
    ...args,
  ];
  const cold = (...args: readonly string[]): readonly string[] => check("--no-cache", ...args);
  const cached = (...args: readonly string[]): readonly string[] => check("--cache-dir", cache, ...args);
  const file = (name: string, from: string): string => {
    cpSync(new URL(from, import.meta.url), join(work, name));
    return join(work, name);
  };
  const found = file("found.py", "../examples/llama_rotary.py");
  const silent = file("silent.py", "../examples/modern_rope.py");
  const other = join(work, "other.py");
  writeFileSync(other, "def add(a, b):\n    return a + b\n".repeat(400));
  const all = new Map<Name, readonly string[]>([
    ["node -e 0", [process.execPath, "-e", "0"]],
    ["node: list and stat one release", [process.execPath, "--input-type=module", "-e", listAndStat, one]],
    ["ropelint, a file without code of interest", cold(other)],
    ["ropelint, a file with code of interest and no finding", cold(silent)],
    ["ropelint, a file with a finding", cold(found)],
    ["ropelint, a file with a finding, cached", cached(found)],
    ["ropelint, one release, cold", cold(one)],
    ["ropelint, one release, cold, one thread", cold("--concurrency", "off", one)],
    ["ropelint, one release, cached", cached(one)],
  ]);
  if (six) all.set("ropelint, six releases, cold", cold(...six));
  if (values["no-peers"]) return all;
  const { ruff, astGrep, versions } = peers();
  console.log(versions);
  all
    .set("ruff, one rule, one release", ruff([one]))
    .set("ast-grep, three patterns, one release", astGrep([one]));
  if (six)
    all
      .set("ruff, one rule, six releases", ruff(six))
      .set("ast-grep, three patterns, six releases", astGrep(six));
  return all;
}

/** A round runs everyone once: what disturbs one of them is likely to disturb its neighbours too. */
function run(all: ReadonlyMap<Name, readonly string[]>): void {
  const rounds = Number(values.rounds);
  const model = cpus()[0]?.model ?? "unknown processor";
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  console.log(
    `${model}, ${String(availableParallelism())} available; node ${process.version}; load before ${load}; ${String(rounds)} rounds\n`,
  );
  // Pages of the disk, and the caches, are warm for everyone.
  for (const [name, command] of all) if (!name.includes("cold")) measure(command);
  const times = new Map<Name, Measured[]>([...all.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, command] of all) times.get(name)?.push(measure(command));
  printTimes(times);
  printTargets(times);
}

function printTimes(times: ReadonlyMap<Name, readonly Measured[]>): void {
  console.log("| process | wall, median | processor, median | peak memory |\n| --- | --- | --- | --- |");
  for (const [name, measured] of times) {
    const of = (key: keyof Measured): number => median(measured.map((one) => one[key]));
    console.log(
      `| ${name} | ${of("wall").toFixed(2)} s | ${of("processor").toFixed(2)} s | ${of("peak").toFixed(0)} MiB |`,
    );
  }
}

function printTargets(times: ReadonlyMap<Name, readonly Measured[]>): void {
  console.log("\n| target | at most | reached | range over rounds |\n| --- | --- | --- | --- |");
  for (const { of, own, against, most, by } of [...targets, ...memory]) {
    const measured = times.get(own);
    const peer = against === null ? null : times.get(against);
    if (!measured || peer === undefined) continue;
    const reached = measured.map((one, round) => one[by] / (peer === null ? 1 : (peer[round]?.[by] ?? NaN)));
    const unit = peer === null ? " MiB" : " x";
    const shown = (value: number): string => `${value.toFixed(peer === null ? 0 : 2)}${unit}`;
    const range = `${shown(Math.min(...reached))} to ${shown(Math.max(...reached))}`;
    console.log(`| ${of} | ${String(most)}${unit} | ${shown(median(reached))} | ${range} |`);
  }
}
