import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readRecord } from "../../src/engine/read-record.ts";
import { LineSplitter, type RecordLine } from "../../src/engine/record-lines.ts";

// Lines of a stream, and what stands in them.

function split(chunks: readonly Uint8Array[], limit: number): readonly RecordLine[] {
  const splitter = new LineSplitter(limit);
  const lines = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  const last = splitter.end();
  return last === null ? lines : [...lines, last];
}

test("a stream's lines are the same however it is cut into pieces", () => {
  const bytes = fc.uint8Array({ max: 12, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 6 }), fc.integer({ min: 0, max: 20 }), (pieces, limit) => {
      const text = Buffer.concat(pieces).toString("latin1");
      const expected = text.split("\n");
      if (expected.at(-1) === "") expected.pop();
      const lines = split(pieces, limit);
      assert.deepEqual(
        lines.map(({ number, bytes, length }) => [
          number,
          bytes && Buffer.from(bytes).toString("latin1"),
          length,
        ]),
        expected.map((line, index) => [index + 1, line.length > limit ? null : line, line.length]),
      );
    }),
  );
});

const whole = 1000;

function read(line: string | Uint8Array, limit = whole): ReturnType<typeof readRecord> {
  const bytes = Buffer.from(line);
  return readRecord({ number: 7, bytes: bytes.length > limit ? null : bytes, length: bytes.length }, limit);
}

test("a record", () => {
  const record = { path: "a\n\ud800.py", text: "é\n" };
  assert.deepEqual(read(JSON.stringify(record)), { kind: "record", name: { record: 7 }, record });
  assert.deepEqual(read('\ufeff{"path":"a","text":"","more":[1]}\r'), {
    kind: "record",
    name: { record: 7 },
    record: { path: "a", text: "" },
  });
  for (const id of ["", "00042", 0, -1.5, 2 ** 53 - 1]) {
    const named = read(JSON.stringify({ path: "a", text: "", id }));
    assert.deepEqual(named.kind === "record" && named.name, { record: 7, id });
  }
  assert.deepEqual(
    ["", " ", "\r", "\t\r"].map((line) => read(line).kind),
    Array(4).fill("blank"),
  );
});

const form = 'a record is {"path": "model.py", "text": "..."} on one line, in UTF-8';

test("what is no record: its cause and its remedy", () => {
  const cases: readonly (readonly [line: string | Uint8Array, problem: RegExp, remedy?: RegExp])[] = [
    ["{", /^not JSON: /],
    ['{"path": "a", "text": "b', /^not JSON: Unterminated string/],
    ["[1]", /^not an object, but an array$/],
    ["3", /^not an object, but a number$/],
    ["null", /^not an object, but null$/],
    ['{"text": ""}', /^"path" is missing, and no name$/],
    ['{"path": "", "text": ""}', /^"path" is empty, and no name$/],
    ['{"path": ["a"], "text": ""}', /^"path" is an array, and no name$/],
    ['{"path": "a"}', /^"text" is missing, and no string$/],
    ['{"path": "a", "text": null}', /^"text" is null, and no string$/],
    ['{"path": "a", "text": {"b": 1}}', /^"text" is an object, and no string$/],
    ['{"path": "a", "text": "", "id": 9007199254740993}', /^"id" is a number, which/, /^give a string, or/],
    ['{"path": "a", "text": "", "id": 1e999}', /^"id" is a number, which/, /^give a string, or/],
    ['{"path": "a", "text": "", "id": {}}', /^"id" is an object, which/, /^give a string, or/],
    [Buffer.from("é\xffé", "latin1"), /^not valid UTF-8 at byte 1 of the line$/],
    [
      Buffer.concat([Buffer.from('{"path": "é'), Buffer.from([0xff, 0x61])]),
      /^not valid UTF-8 at byte 12 of/,
    ],
    [Buffer.from('"é').subarray(0, 2), /^not valid UTF-8 at byte 1 of the line$/],
    ["x".repeat(whole + 1), /^1001 bytes, and 1000 are the most that is read$/, /--max-record-size/],
  ];
  for (const [line, problem, remedy] of cases) {
    const read7 = read(line);
    assert.ok(read7.kind === "bad", String(line));
    assert.match(read7.problem, problem);
    if (remedy) assert.match(read7.remedy, remedy);
    else assert.equal(read7.remedy, form);
  }
});

test("what is known of a bad record is kept: its path, its id", () => {
  const bad = read('{"path": "a.py", "text": 3, "id": "blob"}');
  assert.ok(bad.kind === "bad");
  assert.deepEqual([bad.path, bad.name], ["a.py", { record: 7, id: "blob" }]);
});
