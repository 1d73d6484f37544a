import { spawnSync } from "node:child_process";

/** One process from start to end. */
export interface Measured {
  /** Seconds on the wall. */
  readonly wall: number;
  /** Seconds of processors, children included: what a busy machine disturbs less. */
  readonly processor: number;
  /** MiB: the most that one process of its tree held at a time. */
  readonly peak: number;
}

const python = process.env.ROPELINT_PYTHON ?? "/usr/bin/python3";

/** The kernel keeps the account of children; Node does not hand it on. */
const account = `
import json, resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "wall": wall, "processor": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}))
`;

/** @throws {Error} where the process ends with another status than 0 or 1: it did not do its work. */
export function measure(command: readonly string[]): Measured {
  const { stdout, status } = spawnSync(python, ["-c", account, ...command], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command.join(" ")} could not be measured`);
  const { status: ended, ...measured } = JSON.parse(stdout) as Measured & { readonly status: number };
  if (ended !== 0 && ended !== 1) throw new Error(`${command.join(" ")} ended with ${String(ended)}`);
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
