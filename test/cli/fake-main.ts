import { runProcess } from "../../src/cli/run-process.ts";
import { fakeServices, fakeToolchain } from "./fake-services.ts";

// The whole command line over the fake analysis, as a process of its own; ROPELINT_TEST_SLOW is milliseconds a file, and
// makes the process say when the first one is at hand.

const slow = Number(process.env.ROPELINT_TEST_SLOW ?? 0);

let hasBegun = false;

function busy(): void {
  if (slow === 0) return;
  if (!hasBegun) process.stderr.write("begun\n");
  hasBegun = true;
  const end = Date.now() + slow;
  while (Date.now() < end);
}

await runProcess({
  ...fakeServices,
  loadToolchain: () =>
    Promise.resolve({
      ...fakeToolchain,
      inspect: (text, options) => {
        busy();
        return fakeToolchain.inspect(text, options);
      },
    }),
});
