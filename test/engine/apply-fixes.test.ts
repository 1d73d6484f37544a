import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEdits, compatibleGroups, fixGroups } from "../../src/engine/apply-fixes.ts";
import type { Edit } from "../../src/ir/rewrite.ts";
import { finding } from "./findings.ts";

const all = (): boolean => true;
const safe = new Set(["safe"] as const);

function fixable(
  start: number,
  group: string,
  edits: readonly Edit[],
  applicability: "safe" | "unsafe" = "safe",
) {
  return finding({ span: { start, end: start + 1 }, fix: { applicability, message: "", group, edits } });
}

test("edits are applied in any order given", () => {
  const edits = [
    { start: 4, end: 5, content: "Z" },
    { start: 0, end: 1, content: "" },
    { start: 2, end: 2, content: "++" },
  ];
  assert.equal(applyEdits("abcdef", edits), "b++cdZf");
  assert.equal(applyEdits("abc", []), "abc");
});

test("line ends of an edit become the text's own", () => {
  const edits = [{ start: 0, end: 1, content: "x\ny\r\nz" }];
  assert.equal(applyEdits("a\r\nb\r\n", edits), "x\r\ny\r\nz\r\nb\r\n");
  assert.equal(applyEdits("a\rb\r", edits), "x\ry\rz\rb\r");
  assert.equal(applyEdits("a\nb\n", edits), "x\ny\nz\nb\n");
  assert.equal(applyEdits("a", edits), "x\ny\nz");
});

test("the edits of a group are applied once, however many members hold them", () => {
  const edits = [
    { start: 6, end: 7, content: "B" },
    { start: 0, end: 1, content: "A" },
  ];
  const groups = fixGroups([fixable(0, "g", edits), fixable(6, "g", edits)], all, safe);
  assert.equal(groups.length, 1);
  assert.equal(groups[0]!.members.length, 2);
  assert.deepEqual(
    groups[0]!.edits.map((edit) => edit.start),
    [0, 6],
  );
});

test("a group is applied where one of its members is printed, and not where none is", () => {
  const edits = [{ start: 0, end: 1, content: "A" }];
  const findings = [fixable(0, "g", edits), fixable(6, "g", edits), fixable(9, "h", edits)];
  const groups = fixGroups(findings, (each) => each.span.start === 6, safe);
  assert.deepEqual(
    groups.map((group) => group.id),
    ["g"],
  );
});

test("only accepted kinds of fix are taken", () => {
  const findings = [fixable(0, "g", [], "unsafe"), fixable(1, "h", []), finding({ fix: null })];
  assert.deepEqual(
    fixGroups(findings, all, safe).map((group) => group.id),
    ["h"],
  );
  assert.equal(fixGroups(findings, all, new Set(["safe", "unsafe"] as const)).length, 2);
});

test("a group whose edits are all part of another's is applied with it", () => {
  const edits = [
    { start: 0, end: 1, content: "A" },
    { start: 6, end: 7, content: "B" },
  ];
  const other = [{ start: 6, end: 7, content: "C" }];
  const found = [fixable(0, "g", edits), fixable(6, "h", edits.slice(1)), fixable(6, "i", other)];
  const groups = compatibleGroups(fixGroups(found, all, safe));
  assert.deepEqual(
    groups.map((group) => [group.id, group.edits.length, group.members.length]),
    [
      ["g", 2, 1],
      ["h", 0, 1],
    ],
  );
});

test("of groups that overlap the first in the text wins", () => {
  const groups = fixGroups(
    [
      fixable(5, "late", [{ start: 5, end: 9, content: "" }]),
      fixable(0, "early", [
        { start: 0, end: 2, content: "" },
        { start: 8, end: 10, content: "" },
      ]),
      fixable(2, "between", [{ start: 2, end: 4, content: "" }]),
    ],
    all,
    safe,
  );
  assert.deepEqual(
    compatibleGroups(groups).map((group) => group.id),
    ["early", "between"],
  );
});

test("two insertions at one place do not go together; a group that overlaps itself is never applied", () => {
  const at = (start: number, end: number): Edit => ({ start, end, content: "x" });
  const groups = fixGroups(
    [fixable(3, "a", [at(3, 3)]), fixable(3, "b", [at(3, 3)]), fixable(6, "c", [at(6, 9), at(7, 8)])],
    all,
    safe,
  );
  assert.deepEqual(
    compatibleGroups(groups).map((group) => group.id),
    ["a"],
  );
});
