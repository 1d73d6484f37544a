import assert from "node:assert/strict";
import { test } from "node:test";
import { keyNames, keys } from "../../src/engine/configuration/keys.ts";
import { problem, rulesOf } from "./configurations.ts";

test("wrong keys and values, where they stand", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['# one\n\n  selct = ["x"]', 'ropelint.toml:3:3: unknown key "selct" | did you mean "select"?'],
    [
      'select = [\n  "float-range",\n  "float-rage",\n]',
      'ropelint.toml:3:3: unknown rule "float-rage" in select | did you mean "float-range"?',
    ],
    [
      'select = "float-range"',
      'ropelint.toml:1:10: select has to be a list of rules, not "float-range" | for example: select = ["float-range", "early-cast"]',
    ],
    [
      "ignore = [3]",
      'ropelint.toml:1:11: ignore, item 1 has to be a rule, not 3 | for example: ignore = ["low-precision-apply"]',
    ],
    [
      'severity = "warn"',
      'ropelint.toml:1:12: unknown severity "warn" in severity | choose from error, warning, note',
    ],
    [
      '[severity]\nfloat-rang = "note"',
      'ropelint.toml:2:1: unknown rule "float-rang" in severity | did you mean "float-range"?',
    ],
    [
      'severity.float-range = "notes"',
      'ropelint.toml:1:24: unknown severity "notes" in severity | did you mean "note"?',
    ],
    ['per-file-ignores."a.py" = ["early"]', /unknown rule "early" in per-file-ignores/.source],
    [
      'environments = ["zero_init"]',
      'ropelint.toml:1:17: unknown environment "zero_init" in environments | did you mean "zero-init"?',
    ],
    [
      "torch = 1.13",
      'ropelint.toml:1:9: torch has to be a version of PyTorch in quotes, such as "2.4", not 1.13 | for example: torch = "1.13"',
    ],
    [
      "head-dim = 65",
      "ropelint.toml:1:12: head-dim has to be an even number from 2 to 8192, not 65 | for example: head-dim = 64",
    ],
    [
      "positions = 4.5",
      "ropelint.toml:1:13: positions has to be a whole number from 2 to 1048576, not 4.5 | for example: positions = 131072",
    ],
    [
      "base = 2026-01-01",
      "ropelint.toml:1:8: base has to be a number greater than 1, not a date | for example: base = 500000",
    ],
    ['exclude = [""]', /ropelint\.toml:1:12: exclude, item 1 has to be a pattern, not ""/.source],
    [
      "[tool.ropelint]\nselect = []",
      'ropelint.toml:1:2: unknown key "tool" | ropelint.toml has its keys at the top, without [tool.ropelint]',
    ],
    ["[per-file-ignores]\nx = 1\n[[per-file-ignores]]", /ropelint\.toml:3:\d+: not valid TOML: /.source],
    ["select = [\n", /ropelint\.toml:\d+:\d+: not valid TOML: /.source],
  ];
  for (const [toml, expected] of cases) {
    const message = problem(toml);
    assert.ok(
      message === expected || new RegExp(`^.*${expected}`).test(message),
      `${toml}\n${message}\n${expected}`,
    );
  }
  const project = '[project]\nname = "a"\n\n[tool.ropelint]\npositions = true\n';
  assert.match(
    problem({ "pyproject.toml": project }),
    /^pyproject\.toml:5:13: positions has to be .*, not true/,
  );
  assert.match(
    problem({ "pyproject.toml": "[tool.ropelint.selct]\n" }),
    /^pyproject\.toml:1:2: unknown key "selct" in \[tool\.ropelint\]/,
  );
  assert.match(
    problem({ "pyproject.toml": "tool.ropelint = 3" }),
    /^pyproject\.toml:1:17: \[tool\.ropelint\] has to be a table/,
  );
});

test("files that can't be read", () => {
  assert.match(
    problem({ "ropelint.toml": new Uint8Array([0x61, 0xff]) }),
    /ropelint\.toml can't be read: it is not UTF-8/,
  );
  assert.equal(
    problem({ "pyproject.toml": "broken = = \n" }),
    "nothing",
    "a project's file that does not name ropelint",
  );
  assert.match(problem({ "pyproject.toml": "[tool.ropelint\n" }), /^pyproject\.toml:1:\d+: not valid TOML/);
  assert.deepEqual(rulesOf({ "ropelint.toml": '\ufeffselect = ["float-range"]\r\n' }), ["float-range"]);
});

test("extend that leads nowhere, or round in a circle", () => {
  assert.match(problem('extend = "no.toml"'), /^ropelint\.toml:1:10: extend: there is no no\.toml$/);
  assert.match(
    problem('\nextend = "ropelint.toml"'),
    /^ropelint\.toml:2:10: .*circle: ropelint\.toml -> ropelint\.toml/,
  );
  const circle = {
    "ropelint.toml": 'extend = "a.toml"',
    "a.toml": 'extend = "b.toml"',
    "b.toml": 'extend = "a.toml"',
  };
  assert.match(
    problem(circle),
    /^b\.toml:1:10: extend goes round in a circle: a\.toml -> b\.toml -> a\.toml/,
  );
  assert.match(
    problem({ "ropelint.toml": 'extend = "sub/x.toml"', "sub/x.toml": "a = 1" }),
    /^sub\/x\.toml:1:1: unknown key "a"/,
  );
  assert.match(
    problem({ "ropelint.toml": 'extend = "pyproject.toml"', "pyproject.toml": "" }),
    /extend: pyproject\.toml has no \[tool\.ropelint\]/,
  );
  const diamond = {
    "ropelint.toml": 'extend = "sub/pyproject.toml"',
    "sub/pyproject.toml": '[tool.ropelint]\nselect = ["float-range"]',
  };
  assert.deepEqual(rulesOf(diamond), ["float-range"]);
});

test("required-version is asked first", () => {
  for (const range of [">=1", "1.2.3", "==1.2.3", "^1.0.0 || ^2.0.0"])
    assert.equal(problem(`required-version = "${range}"`), "nothing");
  assert.equal(
    problem('new-key = 1\nrequired-version = ">=2"'),
    "ropelint.toml:2:20: this configuration requires ropelint >=2, and this is ropelint 1.2.3 | install a version that it names",
  );
  assert.match(
    problem('required-version = "newest"'),
    /^ropelint\.toml:1:20: .* has to be a range of versions, not "newest"/,
  );
  assert.match(
    problem("required-version = 1"),
    /^ropelint\.toml:1:20: required-version has to be a range of versions, not 1/,
  );
});

test("every key has an example that is valid", () => {
  for (const key of keyNames.filter((name) => name !== "extend"))
    assert.equal(problem(`${key} = ${keys[key].example.replace(">=0.1.0", ">=1.0")}`), "nothing", key);
});

test("whatever a key is given, it is taken or refused at its place", () => {
  const scalars = ["3", "-1", "1e400", "nan", "true", '""', '"x"', "1979-05-27T07:32:00Z", "07:32:00"];
  const lists = ["[]", "[[]]", "[{}]", '["ALL"]', '[""]'];
  const tables = ["{}", "{ a = 1 }", '{ ALL = ["ALL"] }', "{ float-range = {} }", "{ a.b.c = [1] }"];
  const taken: string[] = [];
  for (const key of keyNames) {
    for (const value of [...scalars, ...lists, ...tables]) {
      const message = problem(`# first\n${key} = ${value}\n`);
      assert.match(message, /^(?:nothing$|ropelint\.toml:2:\d+: )/, `${key} = ${value}`);
      if (message === "nothing") taken.push(`${key} = ${value}`);
    }
  }
  assert.deepEqual(taken, [
    // Any version, to semver.
    'required-version = "x"',
    "select = []",
    'select = ["ALL"]',
    "extend-select = []",
    'extend-select = ["ALL"]',
    "ignore = []",
    'ignore = ["ALL"]',
    "per-file-ignores = {}",
    'per-file-ignores = { ALL = ["ALL"] }',
    "severity = {}",
    'environments = ["ALL"]',
    "positions = 3",
    "base = 3",
    "include = []",
    'include = ["ALL"]',
    "exclude = []",
    'exclude = ["ALL"]',
    "extend-exclude = []",
    'extend-exclude = ["ALL"]',
    "markdown = true",
    "force-exclude = true",
    "respect-gitignore = true",
    'cache-dir = "x"',
  ]);
});
