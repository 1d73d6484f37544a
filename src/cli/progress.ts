import type { Streams } from "./services.ts";

/** Short runs show nothing. */
const quietMilliseconds = 1000;
const intervalMilliseconds = 100;

/** One line on the terminal that says how far a long run has come. */
export class Progress {
  readonly #streams: Streams;
  readonly #started = Date.now();
  #last = 0;
  #isShown = false;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  update(done: number, total: number): void {
    if (!this.#streams.errorIsTerminal) return;
    const now = Date.now();
    if (now - this.#started < quietMilliseconds || now - this.#last < intervalMilliseconds) return;
    this.#last = now;
    this.#isShown = true;
    this.#streams.error(`\r\u001b[Kropelint: ${done} of ${total} files`);
  }

  clear(): void {
    if (this.#isShown) this.#streams.error("\r\u001b[K");
    this.#isShown = false;
  }
}
