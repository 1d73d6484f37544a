import assert from "node:assert/strict";
import { test } from "node:test";
import { SyntaxProblem } from "../../src/engine/engine-findings.ts";
import { fingerprints } from "../../src/engine/fingerprint.ts";
import { inspectBytes } from "../../src/engine/inspect-file.ts";
import { containsAny } from "../../src/engine/prefilter.ts";
import type { Toolchain } from "../../src/engine/toolchain.ts";
import { TreeTooDeepError } from "../../src/frontends/python/syntax-tree.ts";
import { fakeToolchain } from "../cli/fake-services.ts";
import { finding } from "./findings.ts";

const options = { rules: ["float-range"], environments: [], exhaustive: false };
const bytes = Buffer.from("t = torch.arange(4)\n");

function inspecting(inspect: Toolchain["inspect"]): Toolchain {
  return { ...fakeToolchain, inspect };
}

function throwing(error: unknown): Toolchain {
  return inspecting(() => {
    throw error;
  });
}

test("the prefilter looks for literals in bytes", () => {
  assert.ok(containsAny(bytes, ["x_range", "arange"]));
  assert.ok(!containsAny(bytes, ["type_as"]));
  assert.ok(!containsAny(bytes, []));
  assert.ok(!containsAny(Buffer.alloc(0), ["arange"]));
  assert.ok(containsAny(new Uint8Array(bytes).subarray(4), ["torch.arange"]));
  assert.ok(!containsAny(new Uint8Array(bytes).subarray(8), ["torch.arange"]));
});

test("a file without the literals is not read further", () => {
  const outcome = inspectBytes(
    Buffer.from([0xff, 0xfe, 0x00]),
    options,
    throwing(new Error("not to be called")),
  );
  assert.deepEqual(outcome, { text: null, findings: [] });
});

test("findings come in order of position", () => {
  const at = (start: number, end: number, rule = "b") => finding({ rule, span: { start, end } });
  const toolchain = inspecting(() => [at(4, 9), at(0, 3), at(4, 6), at(4, 9, "a")]);
  const { findings } = inspectBytes(bytes, options, toolchain);
  assert.deepEqual(findings, [at(0, 3), at(4, 6), at(4, 9, "a"), at(4, 9)]);
});

test("what is no text is an io-error", () => {
  const [binary] = inspectBytes(Buffer.from("arange\0"), options, fakeToolchain).findings;
  assert.equal(binary!.rule, "io-error");
  assert.match(binary!.message, /not a text file: NUL byte at offset 6/);
  const [invalid] = inspectBytes(Buffer.from("arange \xff", "latin1"), options, fakeToolchain).findings;
  assert.equal(invalid!.rule, "io-error");
});

test("code that can't be parsed is a syntax-error where it stands", () => {
  const [problem] = inspectBytes(
    bytes,
    options,
    throwing(new SyntaxProblem("bad", { start: 4, end: 6 })),
  ).findings;
  assert.deepEqual([problem!.rule, problem!.span], ["syntax-error", { start: 4, end: 6 }]);
  const [deep] = inspectBytes(bytes, options, throwing(new TreeTooDeepError(7, 1000))).findings;
  assert.deepEqual([deep!.rule, deep!.span.start], ["syntax-error", 7]);
  const recurse = (depth: number): number => 1 + recurse(depth + 1);
  const [overflow] = inspectBytes(
    bytes,
    options,
    inspecting(() => [finding({ message: String(recurse(0)) })]),
  ).findings;
  assert.deepEqual(
    [overflow!.rule, overflow!.message],
    ["syntax-error", "the code is nested too deeply to be analysed"],
  );
});

test("a defect of the analysis is said to be one", () => {
  const [defect] = inspectBytes(bytes, options, throwing(new TypeError("no\nsuch thing"))).findings;
  assert.equal(defect!.rule, "internal-error");
  assert.match(defect!.message, /^ropelint failed on this file \(TypeError: no.*\); please report it$/);
  assert.match(inspectBytes(bytes, options, throwing("text")).findings[0]!.message, /\(text\)/);
});

test("fingerprints outlive moved and indented lines, and tell equals apart", () => {
  const at = (start: number, end: number, definition = "f") => finding({ span: { start, end }, definition });
  const [a] = fingerprints("arange(n, dtype=x)", [at(0, 18)]);
  assert.match(a!, /^[0-9a-f]{16}$/);
  assert.deepEqual(fingerprints("\n\n    arange(n,\n        dtype=x)", [at(6, 32)]), [a]);
  assert.notDeepEqual(fingerprints("arange(m, dtype=x)", [at(0, 18)]), [a]);
  assert.notDeepEqual(fingerprints("arange(n, dtype=x)", [at(0, 18, "g")]), [a]);
  const twice = fingerprints("aa", [at(0, 1), at(1, 2)]);
  assert.notEqual(twice[0], twice[1]);
});
