import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type Tinypool from "tinypool";
import type { Finding } from "../verify/finding.ts";
import { engineFinding } from "./engine-findings.ts";
import type { InspectOptions } from "./inspect.ts";
import { inspectBytes, inspectText } from "./inspect-file.ts";
import { errorCode } from "./io.ts";
import { isScript } from "./languages.ts";
import { toolchainFor, type LazyToolchain } from "./toolchain.ts";

/** What a thread is asked, as plain data. */
export interface InspectRequest {
  readonly source: string | Uint8Array;
  readonly options: InspectOptions;
}

/** What the module of a worker exports: findings of one Python file. Never throws. */
export type InspectTask = (request: InspectRequest) => readonly Finding[];

/** A thread costs a tenth of a second and the memory of its own code: fewer files than this for each are read without. */
const filesForEachThread = 6;
/** More threads than this wait for each other's memory. */
const maximumThreads = 8;
/** Megabytes: a file that needs more ends its thread, and no other file's findings. */
const heapOfThread = 2048;

const notRead = Symbol("no thread has read it");
type Answer = readonly Finding[] | typeof notRead;

/** How many threads pay for so many files. */
export function threadsFor(files: number, concurrency: number | "auto"): number {
  if (concurrency !== "auto") return concurrency;
  return Math.min(availableParallelism(), maximumThreads, Math.floor(files / filesForEachThread));
}

/** Texts in, findings out: in this thread, or in others where there are many. What it says depends on neither. */
export class Inspector {
  readonly #tools: LazyToolchain;
  #pool: Tinypool | null = null;
  #failed = new Promise<Answer>(() => undefined);

  constructor(tools: LazyToolchain) {
    this.#tools = tools;
  }

  /** From now on Python files are read in so many threads; with one, in this one. */
  async widen(threads: number): Promise<void> {
    const { worker } = this.#tools;
    if (threads < 2 || worker === null || this.#pool) return;
    const { default: Pool } = await import("tinypool");
    this.#pool = new Pool({
      filename: fileURLToPath(worker),
      runtime: "worker_threads",
      minThreads: threads,
      maxThreads: threads,
      isolateWorkers: false,
      resourceLimits: { maxOldGenerationSizeMb: heapOfThread },
    });
    // A thread that ends without a task did not start, and there will be no other: what waits would wait for ever.
    const pool = this.#pool;
    this.#failed = new Promise((resolve) => {
      pool.on("error", () => {
        resolve(notRead);
      });
    });
  }

  /** How many requests are worth making at a time. */
  get width(): number {
    return this.#pool ? 2 * this.#pool.threads.length : 1;
  }

  /** Findings in order of position. Never fails: what goes wrong with a file is a finding of that file. */
  async inspect(
    path: string,
    source: string | Uint8Array,
    options: InspectOptions,
  ): Promise<readonly Finding[]> {
    if (this.#pool && !isScript(path)) {
      const there = await Promise.race([inspectThere(this.#pool, { source, options }), this.#failed]);
      if (there !== notRead) return there;
    }
    const own = toolchainFor(path, await this.#tools.loadToolchain());
    return typeof source === "string"
      ? inspectText(source, options, own)
      : inspectBytes(source, options, own).findings;
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = null;
  }
}

/** A thread that can't be had, or that fails otherwise, leaves the file to this one. */
async function inspectThere(pool: Tinypool, request: InspectRequest): Promise<Answer> {
  try {
    return (await pool.run(request)) as readonly Finding[];
  } catch (error) {
    if (errorCode(error) !== "ERR_WORKER_OUT_OF_MEMORY") return notRead;
    const reason = `this file needs more than ${String(heapOfThread)} MiB; please report it`;
    return [engineFinding("internal-error", reason)];
  }
}

/** Maps items in order, some of them at a time. */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  map: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) results[index] = await map(item, index);
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, lane));
  return results;
}
