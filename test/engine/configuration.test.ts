import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { environmentInfos, ruleInfos } from "../../src/engine/catalogue.ts";
import { engineFinding } from "../../src/engine/engine-findings.ts";
import type { Severity } from "../../src/verify/finding.ts";
import { problem, rulesOf, settings } from "./configurations.ts";
import type { Files } from "./configurations.ts";
import { finding } from "./findings.ts";

const defaults = ruleInfos.filter(({ strict }) => !strict).map(({ id }) => id);

test("without a configuration, what always held", () => {
  const { options, isPrinted, merged, all, folder } = settings({});
  assert.deepEqual(Object.keys(options).sort(), [
    "environments",
    "exhaustive",
    "listed",
    "rules",
    "severity",
    "tallied",
  ]);
  assert.deepEqual(options.rules, defaults);
  assert.equal(options.severity, "warning");
  assert.deepEqual(
    options.environments,
    environmentInfos.filter(({ isDefault }) => isDefault).map(({ name }) => name),
  );
  assert.ok(isPrinted(finding({ severity: "warning" })) && !isPrinted(finding({ severity: "note" })));
  assert.equal(merged.cacheDir, join(folder, ".ropelint_cache"));
  assert.deepEqual(all.files, []);
});

test("the nearest file counts, alone", () => {
  const files = {
    "pyproject.toml": '[tool.ropelint]\nselect = ["float-range"]\npositions = 64\n',
    "sub/ropelint.toml": 'ignore = ["early-cast"]\n',
    "sub/deep/pyproject.toml": '[project]\nname = "ropelint-user"\n',
    "both/ropelint.toml": 'select = ["early-cast"]\n',
    "both/pyproject.toml": '[tool.ropelint]\nselect = ["float-range"]\n',
  };
  assert.deepEqual(rulesOf(files), ["float-range"]);
  assert.deepEqual(rulesOf(files, {}, "other/model.py"), ["float-range"]);
  const own = settings(files, {}, "sub/deep/model.py");
  assert.deepEqual(
    own.options.rules,
    defaults.filter((id) => id !== "early-cast"),
  );
  assert.equal(own.options.sizes, undefined);
  assert.equal(own.merged.cacheDir, join(own.folder, "sub/.ropelint_cache"));
  assert.deepEqual(own.all.files, [join(own.folder, "sub/ropelint.toml")]);
  assert.deepEqual(
    rulesOf(files, {}, "both/model.py"),
    ["early-cast"],
    "ropelint.toml before pyproject.toml",
  );
});

test("one file for everything, or none", () => {
  const files = {
    "ropelint.toml": 'select = ["float-range"]',
    "other/own.toml": 'select = ["early-cast"]\nexclude = ["skip"]\n',
    "sub/ropelint.toml": "not even TOML",
  };
  assert.deepEqual(rulesOf(files, { only: null }, "sub/model.py"), defaults);
  const one = settings(files, { only: "other/own.toml" }, "sub/model.py");
  assert.deepEqual(one.options.rules, ["early-cast"]);
  assert.ok(one.all.here.leavesOut(join(one.folder, "skip")), "paths are relative to the working directory");
  assert.match(problem(files, { only: "nowhere.toml" }), /nowhere\.toml can't be read: no such file/);
  assert.match(problem({ "pyproject.toml": "" }, { only: "pyproject.toml" }), /has no \[tool\.ropelint\]/);
});

test("extend: what is nearer replaces, selections are continued", () => {
  const base = `
select = ["float-range", "early-cast", "autocast-product"]
ignore = ["autocast-product"]
extend-exclude = ["vendor"]
positions = 64
base = 500000
per-file-ignores = { "*_test.py" = ["ALL"] }
cache-dir = "cache"
`;
  const child = (more: string): Files => ({
    "shared/base.toml": base,
    "ropelint.toml": `extend = "shared/base.toml"\n${more}`,
  });
  const { options, merged, folder } = settings(child('positions = 128\nextend-exclude = ["gen/*"]\n'));
  assert.deepEqual(options.rules, ["early-cast", "float-range"]);
  assert.deepEqual(options.sizes, { positions: 128, base: 500000 });
  assert.deepEqual(merged.files, [join(folder, "ropelint.toml"), join(folder, "shared/base.toml")]);
  assert.equal(merged.cacheDir, join(folder, "shared/cache"));
  assert.deepEqual(merged.extendExclude, [
    { patterns: ["vendor"], base: join(folder, "shared") },
    { patterns: ["gen/*"], base: folder },
  ]);
  assert.deepEqual(rulesOf(child('ignore = ["float-range"]')), ["early-cast"]);
  assert.deepEqual(rulesOf(child('extend-select = ["autocast-product"]')), [
    "autocast-product",
    "early-cast",
    "float-range",
  ]);
  assert.deepEqual(rulesOf(child('select = ["autocast-product"]')), ["autocast-product"]);
  assert.deepEqual(rulesOf(child(""), {}, "shared/model_test.py"), []);
  assert.deepEqual(rulesOf(child('[per-file-ignores]\n"x" = []'), {}, "shared/model_test.py").length, 2);
  assert.deepEqual(rulesOf(child('ignore = ["ALL"]')), []);
  const chained = {
    ...child('ignore = ["ALL"]'),
    "sub/ropelint.toml": 'extend = "../ropelint.toml"\nextend-select = ["float-range"]',
  };
  assert.deepEqual(rulesOf(chained, {}, "sub/model.py"), ["float-range"]);
});

test("the command line counts more", () => {
  const files = {
    "ropelint.toml":
      'select = ["early-cast"]\nignore = ["float-range"]\nseverity = { early-cast = "error" }\n',
  };
  assert.deepEqual(rulesOf(files, { flags: { select: ["float-range"] } }), ["float-range"]);
  assert.deepEqual(rulesOf(files, { flags: { ignore: ["early-cast"] } }), []);
  assert.deepEqual(rulesOf(files, { flags: { "extend-select": ["float-range"] } }), [
    "early-cast",
    "float-range",
  ]);
  assert.equal(settings(files).options.severity, "error");
  assert.equal(settings(files, { flags: { severity: "note" } }).options.severity, "note");
});

test("strict rules that are selected beside the others are listed", () => {
  const { options } = settings({ "ropelint.toml": 'extend-select = ["castable-buffer"]' });
  assert.deepEqual(options.rules, [...defaults, "castable-buffer"].sort());
  assert.deepEqual([options.listed, options.tallied], [["castable-buffer"], []]);
  assert.deepEqual(settings({}).options.tallied, ["castable-buffer"]);
});

test("severity: of all rules, or of each one", () => {
  const printed = (toml: string) => {
    const { isPrinted, options } = settings({ "ropelint.toml": toml });
    const levels: readonly Severity[] = ["error", "warning", "note"];
    const of = (rule: string): string =>
      levels.filter((severity) => isPrinted(finding({ rule, severity }))).join();
    return [options.severity, of("float-range"), of("early-cast")];
  };
  assert.deepEqual(printed('severity = "error"'), ["error", "error", "error"]);
  assert.deepEqual(printed('severity = { float-range = "note" }'), [
    "note",
    "error,warning,note",
    "error,warning",
  ]);
  assert.deepEqual(printed('[severity]\nALL = "error"\nfloat-range = "warning"'), [
    "warning",
    "error,warning",
    "error",
  ]);
});

test("per-file-ignores: by name, by path, by what is around, and all but", () => {
  const files = {
    "ropelint.toml": `
select = ["float-range", "early-cast"]
[per-file-ignores]
"tests" = ["float-range"]
"src/*.py" = ["early-cast"]
"!src/**" = ["syntax-error"]
`,
  };
  assert.deepEqual(rulesOf(files), ["early-cast", "float-range"]);
  assert.deepEqual(rulesOf(files, {}, "a/tests/deep/b.py"), ["early-cast"]);
  assert.deepEqual(rulesOf(files, {}, "src/a.py"), ["float-range"]);
  assert.deepEqual(rulesOf(files, {}, "src/sub/a.py"), ["float-range"], "as in ruff, * matches slashes");
  assert.deepEqual(rulesOf(files, {}, "src/tests/a.py"), []);
  const broken = engineFinding("syntax-error", "does not parse");
  assert.ok(settings(files, {}, "src/a.py").isPrinted(broken));
  assert.ok(!settings(files, {}, "lib/a.py").isPrinted(broken));
});

test("environments and the torch that is assumed", () => {
  const environments = (toml: string): readonly string[] =>
    settings({ "ropelint.toml": toml }).options.environments;
  assert.deepEqual(environments('environments = ["tf32", "zero-init"]'), ["zero-init", "tf32"]);
  assert.equal(environments('environments = ["ALL"]').length, environmentInfos.length);
  assert.ok(environments('select = ["tf32-product"]').includes("tf32"));
  assert.deepEqual(environments('environments = ["zero-init"]\ntorch = "1.13.1"'), [
    "zero-init",
    "zero-init-older-torch",
  ]);
  assert.deepEqual(environments('environments = ["zero-init"]\ntorch = "2.10"'), ["zero-init"]);
  assert.equal(settings({ "ropelint.toml": 'torch = "2.0"' }).options.torch, "2.0");
});
