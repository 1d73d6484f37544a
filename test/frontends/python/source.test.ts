import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeSource, describeProblem, encodeSource } from "../../../src/frontends/python/source.ts";
import type { SourceText } from "../../../src/frontends/python/source.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function decoded(bytes: Uint8Array): SourceText {
  const result = decodeSource(bytes);
  assert.ok(result.ok, result.ok ? "" : describeProblem(result.problem));
  return result.source;
}

function problemOf(bytes: Uint8Array): string {
  const result = decodeSource(bytes);
  assert.ok(!result.ok);
  return describeProblem(result.problem);
}

function declared(encoding: string, content: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytesOf(`# -*- coding: ${encoding} -*-\nx = 1  # `), ...content, 0x0a]);
}

describe("decoding", () => {
  it("reads UTF-8 where nothing is declared", () => {
    const source = decoded(bytesOf("x = 'é𝟙'\n"));
    assert.deepEqual(
      [source.text, source.encoding, source.bom, source.newline],
      ["x = 'é𝟙'\n", "utf-8", false, "\n"],
    );
  });
  it("takes the byte order mark off", () => {
    const source = decoded(bytesOf("\ufeffx = 1\r\n"));
    assert.deepEqual([source.text, source.bom, source.newline], ["x = 1\r\n", true, "\r\n"]);
  });
  it("finds the coding comment where Python looks for it", () => {
    const encodings = {
      "# coding=latin-1\n": "latin-1",
      "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n": "cp1252",
      "\n# -*- coding: utf-8 -*-\n": "utf-8",
      "x = 1\n# coding: latin-1\n": "utf-8",
      "\n\n# coding: latin-1\n": "utf-8",
      "x = '# coding: latin-1'\n": "utf-8",
    };
    for (const [text, encoding] of Object.entries(encodings)) {
      assert.equal(decoded(bytesOf(text)).encoding, encoding, text);
    }
  });
  const texts: readonly (readonly [encoding: string, bytes: readonly number[], text: string])[] = [
    ["latin-1", [0xe9, 0x80], "é\x80"],
    ["cp1252", [0xe9, 0x80], "é€"],
    ["iso-8859-15", [0xa4], "€"],
    ["koi8-r", [0xd0, 0xd2], "пр"],
    ["mac_roman", [0x8e], "é"],
    ["shift_jis", [0x83, 0x5c, 0x94, 0x5c], "ソ能"],
    ["cp932", [0xb1], "ｱ"],
    ["euc_jp", [0xc6, 0xfc], "日"],
    ["gbk", [0xd6, 0xd0], "中"],
    ["big5", [0xa4, 0xa4], "中"],
    ["cp949", [0xc7, 0xd1], "한"],
    ["gb18030", [0x81, 0x30, 0x84, 0x36], "¥"],
  ];
  for (const [encoding, bytes, text] of texts) {
    it(`reads and writes ${encoding}`, () => {
      const original = declared(encoding, bytes);
      const source = decoded(original);
      assert.ok(source.text.endsWith(`# ${text}\n`), source.text);
      assert.deepEqual(encodeSource(source, source.text), original);
      const edited = encodeSource(source, source.text.replace("x = 1", "x = torch.int64"));
      assert.ok(edited);
      assert.deepEqual([...edited.slice(-bytes.length - 1)], [...bytes, 0x0a]);
      assert.equal(decoded(edited).text, source.text.replace("x = 1", "x = torch.int64"));
    });
  }
  it("says where it fails", () => {
    assert.equal(
      problemOf(Uint8Array.of(0x61, 0x0a, 0x62, 0xff, 0x0a)),
      "not valid utf-8: byte offset 3, line 2",
    );
    assert.equal(
      problemOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xc3)),
      "not valid utf-8: byte offset 4, line 1",
    );
    assert.equal(problemOf(Uint8Array.of(0x61, 0x00)), "not a text file: NUL byte at offset 1");
    assert.equal(problemOf(declared("ascii", [0xe9])), "not valid ascii: byte offset 33, line 2");
    assert.equal(problemOf(declared("klingon", [])), "unknown encoding: klingon");
    assert.equal(problemOf(declared("utf-16", [])), "unknown encoding: utf-16");
    assert.equal(
      problemOf(Uint8Array.from([0xef, 0xbb, 0xbf, ...declared("latin-1", [])])),
      "unknown encoding: latin-1",
    );
  });
});

describe("encoding", () => {
  it("refuses what the encoding has no bytes for", () => {
    for (const encoding of ["ascii", "latin-1", "cp1252", "shift_jis"]) {
      const source = decoded(declared(encoding, []));
      assert.equal(encodeSource(source, `${source.text}# 한\n`), null);
    }
  });
  it("keeps the bytes of lines that stay where one character has two encodings", () => {
    // 0xFA54 and 0xEEF9 both stand for U+FFE2 in cp932.
    const source = decoded(declared("cp932", [0xfa, 0x54, 0x0a, 0x23, 0x81, 0xca]));
    const edited = encodeSource(source, `${source.text}y = 2\n`);
    assert.deepEqual(edited, Uint8Array.from([...source.bytes, ...bytesOf("y = 2\n")]));
  });
  it("is the inverse of decoding", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom("utf-8", "latin-1", "cp1251", "gbk"),
        (content, encoding) => {
          const bytes = declared(
            encoding,
            [...content].filter((byte) => byte !== 0),
          );
          const result = decodeSource(bytes);
          if (!result.ok) return;
          const { source } = result;
          assert.deepEqual(encodeSource(source, source.text), bytes);
          const edited = encodeSource(source, source.text.replace("x = 1", "x = 2\r\ny"));
          assert.ok(edited);
          assert.equal(decoded(edited).text, source.text.replace("x = 1", "x = 2\r\ny"));
        },
      ),
    );
  });
});
