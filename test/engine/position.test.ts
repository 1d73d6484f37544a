import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineIndex } from "../../src/engine/position.ts";

test("rows and columns count from 1", () => {
  const lines = new LineIndex("ab\ncd\n");
  assert.deepEqual(lines.position(0), { row: 1, column: 1 });
  assert.deepEqual(lines.position(2), { row: 1, column: 3 });
  assert.deepEqual(lines.position(3), { row: 2, column: 1 });
  assert.deepEqual(lines.position(6), { row: 3, column: 1 });
});

test("a character beyond the basic plane is one column", () => {
  const lines = new LineIndex('x = "😀😀" + y');
  assert.deepEqual(lines.position("x = ".length), { row: 1, column: 5 });
  assert.deepEqual(lines.position('x = "😀😀" + '.length), { row: 1, column: 12 });
});

test("a byte order mark is no column", () => {
  const lines = new LineIndex("\ufeffab");
  assert.deepEqual(lines.position(1), { row: 1, column: 1 });
  assert.deepEqual(lines.position(2), { row: 1, column: 2 });
});

test("lines end at LF, CRLF and CR, and nowhere else", () => {
  const lines = new LineIndex("a\r\nb\rc\nd\u2028e\fg");
  assert.equal(lines.rowCount, 4);
  assert.deepEqual(
    [1, 2, 3, 4].map((row) => lines.line(row)),
    ["a", "b", "c", "d\u2028e\fg"],
  );
  assert.deepEqual(lines.position(3), { row: 2, column: 1 });
});

test("property: positions agree with counting by hand", () => {
  const letters = fc.constantFrom("a", "\n", "\r", "\r\n", "é", "😀", "\t");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40 }), fc.nat(40), (parts, cut) => {
      const before = parts.slice(0, cut).join("");
      const after = parts.slice(cut).join("");
      // Between CR and LF no token begins.
      fc.pre(!(before.endsWith("\r") && after.startsWith("\n")));
      const rows = before.split(/\r\n|\r|\n/);
      const expected = { row: rows.length, column: Array.from(rows.at(-1) ?? "").length + 1 };
      assert.deepEqual(new LineIndex(before + after).position(before.length), expected);
    }),
  );
});
