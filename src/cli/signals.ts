const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

let held = 0;

/**
 * Does what a signal must not cut in two: a file that is being replaced, a report that is being written. One that arrives meanwhile
 * ends the process right after.
 *
 * At all other times signals keep the system's own effect. Analysis blocks the event loop for seconds, and a handler would only run
 * when it is over: without one the process ends at once, with the status that shells expect.
 */
export function undisturbed<Result>(work: () => Result): Result {
  if (held++ === 0) for (const signal of names) process.on(signal, endBy);
  try {
    return work();
  } finally {
    // What arrived during the work is told in the next turn of the event loop, before the second of these.
    setImmediate(() => setImmediate(letGo));
  }
}

const names = Object.keys(signals) as readonly (keyof typeof signals)[];

function letGo(): void {
  if (--held === 0) for (const signal of names) process.removeListener(signal, endBy);
}

function endBy(signal: NodeJS.Signals): void {
  process.stderr.write(`ropelint: interrupted by ${signal}\n`);
  process.exit(signal in signals ? signals[signal as keyof typeof signals] : 1);
}
