import assert from "node:assert/strict";
import { test } from "node:test";
import { createToolchain } from "../../../src/engine/python-toolchain.ts";
import { inspectBytes } from "../../../src/engine/inspect-file.ts";
import {
  ParseLimitError,
  parseLimits,
  PatientParser,
  type ParseLimits,
} from "../../../src/frontends/python/parse-limits.ts";
import { createPythonParser, loadPythonParser } from "../../../src/frontends/python/parser.ts";
import type { SourceTree } from "../../../src/frontends/python/syntax-tree.ts";

// Nothing here is timed: turns end at once, or parsers are told how many they have.

const kinds = ["native", "wasm"] as const;
/** tree-sitter looks at the clock every hundred steps: a turn of a microsecond is a hundred steps. */
const short = (turns: number): ParseLimits => ({ turn: 1, turnsFor: () => turns });
/** Takes an hour and more. */
const endless = `t = torch.arange(n, dtype=x.dtype)\nf(${"a=b ".repeat(250_000)}`;

function fake(): {
  resets: number;
  timeout: number;
  setTimeoutMicros: (turn: number) => void;
  reset: () => void;
} {
  return {
    resets: 0,
    timeout: 0,
    setTimeoutMicros(turn) {
      this.timeout = turn;
    },
    reset() {
      this.resets++;
    },
  };
}

test("a text has so many turns, and is not waited for twice", () => {
  const parser = fake();
  const patient = new PatientParser(parser, { turn: 2_000_000, turnsFor: (length) => length + 3 });
  assert.equal(parser.timeout, 2_000_000);
  let attempts = 0;
  const give = (tree: SourceTree | null) => () => {
    attempts++;
    return tree;
  };
  const refuse = (text: string): void => {
    assert.throws(() => patient.parse(text, give(null)), {
      name: "ParseLimitError",
      message: "the parser finds no end to the errors in this code within 10 seconds",
      isTimed: true,
    });
  };
  refuse("ab");
  assert.deepEqual([attempts, parser.resets], [5, 1]);
  refuse("ab");
  assert.equal(attempts, 5);
  const tree = {} as SourceTree;
  assert.equal(patient.parse("abc", give(tree)), tree);
  assert.equal(attempts, 6);
});

test("what is too long is not begun", () => {
  const patient = new PatientParser(fake(), parseLimits);
  const begin = (length: number): void => {
    patient.parse(" ".repeat(length), () => ({}) as SourceTree);
  };
  begin(2 ** 22);
  assert.throws(
    () => {
      begin(2 ** 22 + 1);
    },
    new ParseLimitError("the code is longer than 4194304 characters", false),
  );
});

test("turns grow with the text: valid code takes less than one for a megabyte", () => {
  assert.deepEqual([0, 1_000_000, 2 ** 22].map(parseLimits.turnsFor), [10, 30, 93]);
});

test("many turns give the tree that one gives", async () => {
  const text = `${"def f(a, *, b=1):\n    return a[b:-1] @ torch.arange(a, dtype=b)\n".repeat(300)}f(a=b a=b é𝕏\n`;
  for (const kind of kinds) {
    const whole = (await loadPythonParser(kind)).parse(text);
    const parser = await createPythonParser(kind, short(1_000_000));
    const { nodeCount, symbol, start, end, after, flags } = parser.parse(text);
    assert.deepEqual(
      { nodeCount, symbol, start, end, after, flags },
      {
        nodeCount: whole.nodeCount,
        symbol: whole.symbol,
        start: whole.start,
        end: whole.end,
        after: whole.after,
        flags: whole.flags,
      },
    );
  }
});

test("errors without end are a syntax-error that is not kept, and nothing of them is left", async () => {
  for (const kind of kinds) {
    const parser = await createPythonParser(kind, short(5));
    const options = { rules: ["float-range"], environments: [], exhaustive: false };
    const check = (text: string): readonly object[] =>
      inspectBytes(Buffer.from(text), options, createToolchain(parser)).findings;
    for (let round = 0; round < 2; round++) {
      const [{ rule, message, isPassing, fix, span } = assert.fail(), ...rest] = check(endless) as ReturnType<
        typeof inspectBytes
      >["findings"];
      assert.deepEqual(
        { rule, message, isPassing, fix, span, rest },
        {
          rule: "syntax-error",
          message: "the parser finds no end to the errors in this code within 0 seconds; not analysed",
          isPassing: true,
          fix: null,
          span: { start: 0, end: 0 },
          rest: [],
        },
      );
      assert.equal(parser.parse("x = 2\n").rootNode.hasError, false);
    }
  }
});
