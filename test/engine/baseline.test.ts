import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BaselineError, formatBaseline, parseBaseline } from "../../src/engine/baseline-text.ts";
import { matchBaseline } from "../../src/engine/baseline.ts";
import type { BaselineEntry, Circumstances, FoundFile } from "../../src/engine/baseline.ts";

const everything: Circumstances = { exists: () => false, isComplete: true };

function entry(path: string, fingerprint: string, count = 1): BaselineEntry {
  return { path, rule: "float-range", fingerprint, count };
}

function found(path: string, fingerprints: string, isPartial = false): FoundFile {
  const findings = (fingerprints.match(/./g) ?? []).map((fingerprint) => ({
    rule: "float-range",
    fingerprint,
  }));
  return { path, findings, isPartial };
}

/** `a.py:x2` for what is known. */
function known(
  baseline: readonly BaselineEntry[],
  files: readonly FoundFile[],
  circumstances: Partial<Circumstances> = {},
): string {
  const match = matchBaseline(baseline, files, { ...everything, ...circumstances });
  return match.known.map(shown).sort().join(" ");
}

function shown({ path, fingerprint, count }: BaselineEntry): string {
  return `${path}:${fingerprint}${String(count)}`;
}

test("equal findings are counted: a fourth is new", () => {
  assert.equal(known([entry("a", "x", 3)], [found("a", "xxx")]), "a:x3");
  assert.equal(known([entry("a", "x", 3)], [found("a", "xxxxy")]), "a:x3");
  assert.equal(known([entry("a", "x", 3)], [found("b", "xxx")], { exists: () => true }), "");
});

test("what is gone from a path that is gone has moved", () => {
  const baseline = [entry("old", "x", 2), entry("old", "y")];
  const match = matchBaseline(baseline, [found("new", "xxxz")], everything);
  assert.deepEqual(match.known.map(shown), ["new:x2"]);
  assert.deepEqual(match.vanished.map(shown), ["old:y1"]);
  assert.deepEqual(match.pruned.map(shown), ["new:x2"]);
  assert.deepEqual(match.current.map(shown), ["new:x3", "new:z1"]);
  // Where it is still found in its place, nothing is left to move.
  assert.equal(known([entry("a", "x"), entry("b", "x")], [found("a", "x"), found("c", "xx")]), "a:x1 c:x1");
});

test("of equal code in several new files, that of the renamed one is known", () => {
  assert.equal(known([entry("old/m", "x")], [found("copy/a", "x"), found("new/m", "x")]), "new/m:x1");
  const baseline = [entry("old", "x"), entry("old", "y")];
  assert.equal(known(baseline, [found("copy", "x"), found("new", "xyz")]), "new:x1 new:y1");
  assert.equal(known([entry("p", "x"), entry("q", "x")], [found("new", "xxx")]), "new:x2");
});

test("what the run did not look at stays", () => {
  const baseline = [entry("a", "x"), entry("b", "y"), entry("../c", "z")];
  const part = matchBaseline(baseline, [found("a", "")], { exists: () => true, isComplete: false });
  assert.deepEqual(part.vanished.map(shown), ["a:x1"]);
  assert.deepEqual(part.current.map(shown), ["../c:z1", "b:y1"]);
  const whole = matchBaseline(baseline, [found("a", "x")], { exists: () => true, isComplete: true });
  assert.deepEqual(whole.vanished.map(shown), ["b:y1"]);
  assert.deepEqual(whole.pruned.map(shown), ["../c:z1", "a:x1"]);
});

test("nothing vanishes from a file that could not be read as a whole", () => {
  const match = matchBaseline([entry("a", "x", 2)], [found("a", "xy", true)], everything);
  assert.deepEqual(match.vanished, []);
  assert.deepEqual(match.pruned.map(shown), ["a:x2"]);
  assert.deepEqual(match.current.map(shown), ["a:x2", "a:y1"]);
});

const someFiles = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom("a", "b", "c", "d"),
    text: fc.string({ unit: fc.constantFrom("x", "y", "z"), maxLength: 6 }),
  }),
  { selector: ({ path }) => path },
);

test("whatever is found: written down, it is known; nothing is known that is not found, or twice", () => {
  fc.assert(
    fc.property(someFiles, someFiles, (before, after) => {
      const old = before.map(({ path, text }) => found(path, text));
      const now = after.map(({ path, text }) => found(path, text));
      const written = matchBaseline([], old, everything).current;
      const again = matchBaseline(written, old, everything);
      assert.deepEqual(again.current, written);
      assert.deepEqual(again.pruned, written);
      assert.deepEqual(again.vanished, []);
      const match = matchBaseline(written, now, everything);
      const sum = (entries: readonly BaselineEntry[], name: string): number =>
        entries.reduce((all, { fingerprint, count }) => all + (fingerprint === name ? count : 0), 0);
      for (const name of ["x", "y", "z"])
        assert.equal(sum(match.known, name) + sum(match.vanished, name), sum(written, name));
      for (const { path, fingerprint, count } of match.known) {
        const there = now.find((file) => file.path === path)!.findings;
        assert.ok(count <= there.filter((each) => each.fingerprint === fingerprint).length);
      }
      assert.deepEqual(matchBaseline(match.pruned, now, everything).known.length, match.known.length);
    }),
  );
});

test("a baseline is read as it was written", () => {
  for (const entries of [[], [entry("a.py", "x", 3), entry('b "c".py', "y")]]) {
    const text = formatBaseline(entries);
    assert.ok(text.endsWith("}\n"));
    assert.deepEqual(parseBaseline(text), entries);
    assert.deepEqual(parseBaseline(JSON.stringify(JSON.parse(text))), entries);
  }
});

const good = formatBaseline([entry("a.py", "x"), entry("b.py", "y")]);
const broken: readonly (readonly [string, string, string])[] = [
  ["", "", "not valid JSON: the text ends too early"],
  [good.replace('"y","count":1}', '"y","count":1},'), "\n  ]", "not valid JSON: unexpected ]"],
  [`${good.slice(0, 30)}<<<<<<< HEAD\n`, "<<<", "not valid JSON: unexpected <<<<<<< HEAD"],
  ["[]", "[]", "a baseline is an object with version and findings"],
  [good.replace(": 1,", ": 2,"), "2,", "version 2, but this ropelint reads version 1"],
  ["{}", "{}", "version none, but this ropelint reads version 1"],
  ['{"version": 1, "findings": {}}', "{}", "findings has to be a list"],
  ['{"version": 1, "findings": [3]}', "3]", "an entry has to be an object"],
  [good.replace('"y","count":1', '"y","count":0'), "0}", "count has to be an integer above 0"],
  [
    good.replace('"a.py"', '"a\u0085"').replace('"b.py"', "null"),
    "null",
    "path has to be a string that is not empty",
  ],
  [good.replace('"rule":"float-range",', ""), '{"path":"a', "rule has to be a string that is not empty"],
];

test("what is wrong in a baseline is said with its place", () => {
  for (const [text, at, message] of broken)
    assert.throws(
      () => parseBaseline(text),
      (error) => {
        assert.ok(error instanceof BaselineError, String(error));
        assert.equal(error.message, message);
        assert.equal(error.offset, text.indexOf(at) + /^\s*/.exec(at)![0].length, message);
        return true;
      },
    );
});
