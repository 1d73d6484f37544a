import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  described,
  fix,
  fixOnce,
  liftScript,
  options,
  parser,
  readFixtures,
  readScriptFixtures,
  rulesFor,
  safe,
  suggestions,
  unsafe,
  type Fixture,
} from "./read-fixtures.ts";
import { newFindings } from "./new-findings.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";

const fixtures = [...readFixtures(), ...readScriptFixtures()];

function errorsIn(text: string, file: string): number {
  if (file.endsWith(".py")) return liftPython(parser.parse(text)).errors.length;
  return liftScript(text).errors.length;
}

/** A text says nothing but what its comments expect, and its own fixes are what stands beside it. */
function check({ inspect, ...source }: Fixture): void {
  const { fixed, unsafe: changed, suggested } = source;
  const chosen = { ...options, rules: rulesFor(source.path) };
  const findings = inspect(source.text, chosen);
  assert.deepEqual(described(findings, source.text), source.expected);
  assert.equal(fix(source.text, findings, safe, chosen, inspect), fixed?.text ?? source.text, "--fix");
  const everything = fix(source.text, findings, unsafe, chosen, inspect);
  assert.equal(everything, changed?.text ?? fixed?.text ?? source.text, "--unsafe-fixes");
  if (source.group !== "rewritten") return;
  const shown = fixOnce(source.text, findings, suggestions);
  assert.equal(shown, suggested?.text ?? source.text, "what is suggested");
}

describe("fixtures", () => {
  for (const fixture of fixtures) {
    it(fixture.name, () => {
      assert.equal(errorsIn(fixture.text, fixture.path), 0, "the fixture parses");
      switch (fixture.group) {
        case "silent":
          assert.deepEqual(fixture.expected, []);
          break;
        case "fires":
          assert.ok(fixture.expected.length > 0, "something is expected");
          assert.equal(fixture.fixed ?? fixture.unsafe, null, "nothing is fixed");
          break;
        case "rewritten":
          assert.ok(fixture.fixed ?? fixture.unsafe ?? fixture.suggested, "what it becomes stands beside it");
          break;
      }
      check(fixture);
    });
  }
});

describe("fixed fixtures", () => {
  for (const { name, path, text, inspect, fixed, unsafe: changed, suggested } of fixtures) {
    for (const source of [fixed, changed, suggested]) {
      if (source === null) continue;
      it(`${name}: ${source.path}`, () => {
        assert.equal(errorsIn(source.text, source.path), 0, "the rewritten text parses");
        const chosen = { ...options, rules: rulesFor(path) };
        const findings = inspect(source.text, chosen);
        assert.deepEqual(newFindings(inspect(text, chosen), findings), [], "a fix never adds a finding");
        assert.deepEqual(described(findings, source.text), source.expected);
        for (const accepted of [unsafe, suggestions])
          assert.equal(fixOnce(source.text, findings, accepted), source.text, "fixing twice changes nothing");
      });
    }
  }
});

it("there are enough of them", () => {
  assert.ok(fixtures.length >= 60);
});
