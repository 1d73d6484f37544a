import { describe, it } from "node:test";
import { readLibraries } from "./libraries.ts";
import { assertHolds } from "./promises.ts";
import { others, toRun } from "./runnable.ts";

const stored = readLibraries();

for (const [library, fixtures] of others()) {
  describe(`what verdicts promise holds on ${library}`, () => {
    const measured = new Map(stored[library]?.fixtures.map((one) => [one.name, one]));
    for (const fixture of fixtures) {
      it(fixture.name, () => {
        assertHolds(fixture, toRun(fixture), measured.get(fixture.name));
      });
    }
  });
}
