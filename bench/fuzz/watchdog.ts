import { Worker } from "node:worker_threads";

/** Room for the case that is at work, so that one that never ends can be told. */
const room = 1_000_000;

/** As JavaScript, so that the thread needs no loader. It sees the main thread's progress in memory that both share. */
const code = `
const { workerData } = require("node:worker_threads");
const { writeFileSync, writeSync } = require("node:fs");
const { counters, bytes, file, seconds } = workerData;
const shared = new Int32Array(counters);
let seen = -1, since = Date.now();
setInterval(() => {
  const now = Atomics.load(shared, 0);
  if (now !== seen) { seen = now; since = Date.now(); return; }
  if (Date.now() - since < seconds * 1000) return;
  writeFileSync(file, new Uint8Array(bytes).subarray(0, Atomics.load(shared, 1)));
  // What a thread writes to process.stderr goes by the main thread, which hangs.
  writeSync(2, "HANG: no end after " + seconds + " s; the case is in " + file + "\\n");
  process.kill(process.pid, "SIGKILL");
}, 500);
`;

/** Ends the process where a case does not end, and leaves the case in a file. */
export class Watchdog {
  readonly #counters = new Int32Array(new SharedArrayBuffer(8));
  readonly #bytes = new Uint8Array(new SharedArrayBuffer(room));
  readonly #worker: Worker;

  constructor(file: string, seconds: number) {
    const workerData = { counters: this.#counters.buffer, bytes: this.#bytes.buffer, file, seconds };
    this.#worker = new Worker(code, { eval: true, workerData, execArgv: [] });
    this.#worker.unref();
  }

  begin(bytes: Uint8Array): void {
    const length = Math.min(bytes.length, room);
    this.#bytes.set(bytes.subarray(0, length));
    Atomics.store(this.#counters, 1, length);
    Atomics.add(this.#counters, 0, 1);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
