import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import type { Log } from "sarif";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

// What is printed for programs, against the schemas of those who read it. Where they come from: test/schemas/NOTES.md

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string): object =>
  JSON.parse(readFileSync(join(root, "test/schemas", name), "utf8")) as object;

/** What GitLab's documentation says of a code quality report; it publishes no schema. */
const line = { type: "integer", minimum: 1 };
const gitlab = {
  type: "array",
  items: {
    type: "object",
    required: ["description", "check_name", "fingerprint", "location", "severity"],
    properties: {
      description: { type: "string", minLength: 1 },
      check_name: { type: "string", minLength: 1 },
      fingerprint: { type: "string", minLength: 1 },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        required: ["path"],
        properties: {
          path: { type: "string", pattern: "^(?!\\./|/)" },
          lines: { type: "object", required: ["begin"], properties: { begin: line } },
          positions: {
            type: "object",
            required: ["begin"],
            properties: { begin: { type: "object", required: ["line"], properties: { line } } },
          },
        },
        anyOf: [{ required: ["lines"] }, { required: ["positions"] }],
      },
    },
  },
};

function validator(schema: object): (value: unknown) => void {
  const ajv = new Ajv({
    schemaId: "auto",
    allErrors: true,
    unknownFormats: ["int32", "int64"],
    logger: false,
  });
  ajv.addMetaSchema(createRequire(import.meta.url)("ajv/lib/refs/json-schema-draft-04.json") as object);
  const validate = ajv.compile(schema);
  return (value) => {
    assert.ok(validate(value), ajv.errorsText(validate.errors?.slice(0, 5), { separator: "\n" }));
  };
}

const schemas: Readonly<Record<string, object>> = {
  sarif: read("sarif-schema-2.1.0.json"),
  rdjson: read("rdjson.json"),
  gitlab,
};

let cwd = "";

/** Everything there is: findings with and without fixes, of each severity, related to others; bad files and odd names. */
before(() => {
  cwd = makeFolder({ "empty.py": "", "é 😀#%20.py": "x = 1  # ropelint: ignore[float-range] naïve 😀\n" });
  cpSync(join(root, "examples"), join(cwd, "examples"), { recursive: true });
  for (const rule of [
    "float-range",
    "autocast-product",
    "castable-buffer",
    "position-ids-dtype",
    "unused-ignore",
  ])
    for (const group of ["fires", "rewritten"])
      cpSync(join(root, "test/fixtures", rule, group), join(cwd, rule, group), {
        recursive: true,
        force: true,
      });
  mkdirSync(join(cwd, "bad"));
  writeFileSync(
    join(cwd, "bad/bytes.py"),
    Buffer.from([0x74, 0x6f, 0x72, 0x63, 0x68, 0x2e, 0x61, 0x72, 0x61, 0x6e, 0x67, 0x65, 0xff]),
  );
  writeFileSync(join(cwd, "bad/syntax.py"), "import torch\nx = torch.arange(4.0\n");
});

for (const [format, schema] of Object.entries(schemas)) {
  test(`${format}: as its schema says`, async () => {
    const validate = validator(schema);
    const words = ["check", "--no-cache", "--isolated", "--output-format", format];
    const all = await ropelint([...words, "--severity", "note", "--select", "ALL"], { cwd, services });
    assert.equal(all.status, 1, all.error);
    assert.ok(all.out.length > 20_000, "there is something to validate");
    validate(JSON.parse(all.out));
    const none = await ropelint([...words, "empty.py"], { cwd, services });
    assert.equal(none.status, 0);
    validate(JSON.parse(none.out));
  });
}

test("the schemas would find a mistake", () => {
  assert.throws(() => {
    validator(schemas.sarif!)({ version: "2.1.0", runs: [{ tool: { driver: { name: 1 } } }] });
  });
  assert.throws(() => {
    validator(schemas.rdjson!)({ diagnostics: [{ location: { path: 1 } }] });
  });
  assert.throws(() => {
    validator(gitlab)([{ description: "x" }]);
  });
});

test("sarif: within GitHub's limits, and the worst first", async () => {
  const words = ["check", "--no-cache", "--isolated", "--output-format", "sarif", "--severity", "note"];
  const { out } = await ropelint([...words, "--select", "ALL"], { cwd, services });
  const { runs } = JSON.parse(out) as Log;
  assert.equal(runs.length, 1);
  const results = runs[0]?.results ?? [];
  const rank = ["error", "warning", "note"];
  const ranks = results.map(({ level }) => rank.indexOf(level ?? ""));
  assert.deepEqual(ranks, [...ranks].sort());
  assert.equal(new Set(ranks).size, 3);
  // GitHub docs, "SARIF support for code scanning": what it shows of a result, and how much of it.
  assert.ok((runs[0]?.tool.driver.rules ?? []).length <= 25_000);
  for (const { locations, relatedLocations, message, partialFingerprints, ruleId } of results) {
    assert.ok((locations?.length ?? 0) >= 1 && (locations?.length ?? 0) <= 1000);
    assert.ok((relatedLocations?.length ?? 0) <= 1000);
    assert.ok((message.text ?? "").length > 0 && (ruleId ?? "").length <= 255);
    assert.ok(Object.values(partialFingerprints ?? {}).every((value) => value.length > 0));
    const uri = locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "";
    assert.doesNotMatch(uri, /^[./]|[ #\u0080-\uffff]/, "relative to the repository, and a URI");
  }
});
