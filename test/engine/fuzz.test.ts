import assert from "node:assert/strict";
import { test } from "node:test";
import { readBases } from "../../bench/fuzz/bases.ts";
import { Properties, Violation } from "../../bench/fuzz/properties.ts";
import { runBatch } from "../../bench/fuzz/session.ts";

// A sample of what `npm run fuzz` tries by the ten thousand: the same cases every time.

const properties = await Properties.load();

test("mutated fixtures: no crash, no hang, the same twice and by both parsers, fixes that parse and settle", async () => {
  const bases = readBases(false);
  assert.ok(bases.length > 300);
  let cases = 0;
  const failure = await runBatch(bases, { seed: 20_240_301, cases: 150 }, properties, (_, checked) => {
    if (checked !== null) cases++;
  });
  assert.equal(failure, null);
  assert.equal(cases, 150);
});

test("a failing case is told from one that does not fail", async () => {
  const [base] = readBases(false);
  assert.ok(base);
  const failing = Object.assign(Object.create(properties) as Properties, {
    check: () => Promise.reject(new Violation("as asked")),
  });
  const failure = await runBatch([base], { seed: 1, cases: 5 }, failing, () => undefined);
  assert.match(failure?.reason ?? "", /as asked/);
  assert.equal(failure?.input.bytes.length, 0);
});

test("half characters and other texts that no file holds", () => {
  const texts = [
    "\ud800",
    "x\udc00 = torch.arange(8., dtype=\ud83d)\n",
    "\ufeff\ufeff",
    "\u2028import torch\u2029",
  ];
  for (const text of texts)
    for (const path of ["/x/case.py", "/x/case.ts"])
      properties.checkText(path, `import torch\n${text}\nt = torch.arange(8., dtype=torch.float32).cos()\n`);
});
