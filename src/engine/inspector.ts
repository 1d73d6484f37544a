import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type Tinypool from "tinypool";
import type { CallOut } from "../analysis/callers/calls-out.ts";
import type { Finding } from "../verify/finding.ts";
import { decode } from "./decode.ts";
import { engineFinding } from "./engine-findings.ts";
import type { InspectOptions } from "./inspect.ts";
import { inspectBytes, inspectText } from "./inspect-file.ts";
import { errorCode } from "./io.ts";
import { isScript } from "./languages.ts";
import { toolchainFor, type LazyToolchain, type Toolchain } from "./toolchain.ts";

/** What is asked of one Python file, as plain data: its findings, or the calls that it makes of functions by their paths. */
type Request =
  | { readonly path: string; readonly source: string | Uint8Array; readonly options: InspectOptions }
  | { readonly source: Uint8Array; readonly calls: readonly string[] };

type Calls = readonly CallOut<string>[];

/** What the module of a worker exports. Never throws. */
export type Task = (request: Request) => readonly Finding[] | Calls;

export function answer(request: Request, toolchain: Toolchain): readonly Finding[] | Calls {
  const { source } = request;
  if ("calls" in request) return callsIn(request.source, request.calls, toolchain);
  const { path, options } = request;
  const own = toolchainFor(path, toolchain);
  return typeof source === "string"
    ? inspectText(source, options, own)
    : inspectBytes(source, options, own).findings;
}

/** What can't be read is reported where it is checked. */
function callsIn(source: Uint8Array, paths: readonly string[], toolchain: Toolchain): Calls {
  const known = new Set(paths);
  try {
    return toolchain.callsOut(decode(source, ""), (path) => (known.has(path) ? path : null));
  } catch {
    return [];
  }
}

/** A thread costs a tenth of a second and the memory of its own code: fewer files than this for each are read without. */
const filesForEachThread = 6;
/** More threads than this wait for each other's memory. */
const maximumThreads = 8;
/** Megabytes: a file that needs more ends its thread, and no other file's findings. */
const heapOfThread = 1024;

const notRead = Symbol("no thread has read it");
type Answer = readonly Finding[] | Calls | typeof notRead;

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
      // A thread that sleeps on a lock between tasks never returns to its event loop, where the trees of the native parser are freed.
      useAtomics: false,
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
    const request = { path, source, options };
    const found = isScript(path) ? this.#answer(request) : this.#ask(request);
    return (await found) as readonly Finding[];
  }

  /** Calls of functions by their paths; none of what can't be read. */
  async callsOut(source: Uint8Array, calls: readonly string[]): Promise<Calls> {
    return (await this.#ask({ source, calls })) as Calls;
  }

  async #ask(request: Request): Promise<readonly Finding[] | Calls> {
    if (this.#pool) {
      const there = await Promise.race([askThere(this.#pool, request), this.#failed]);
      if (there !== notRead) return there;
    }
    const here = await this.#answer(request);
    // As a thread's: what is kept of a text must not keep the text.
    return "calls" in request ? structuredClone(here) : here;
  }

  async #answer(request: Request): Promise<readonly Finding[] | Calls> {
    return answer(request, await this.#tools.loadToolchain());
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = null;
  }
}

/** A thread that can't be had, or that fails otherwise, leaves the file to this one. */
async function askThere(pool: Tinypool, request: Request): Promise<Answer> {
  try {
    return (await pool.run(request)) as readonly Finding[] | Calls;
  } catch (error) {
    if (errorCode(error) !== "ERR_WORKER_OUT_OF_MEMORY") return notRead;
    const reason = `this file needs more than ${String(heapOfThread)} MiB; please report it`;
    return "calls" in request ? [] : [engineFinding("internal-error", reason)];
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
