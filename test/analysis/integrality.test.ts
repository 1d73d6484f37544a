import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FileAnalysis } from "../../src/analysis/file.ts";
import { rangeIntegrality } from "../../src/analysis/values/integrality.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import { parser } from "../rules/read-fixtures.ts";

/** Evidence for the first range of a function's text. */
function evidence(body: string): readonly string[] {
  const text = `import torch\n\ndef forward(picture, find_sizes, model):\n${body}`;
  const file = new FileAnalysis(liftPython(parser.parse(text)), text, ["arange"], false);
  const [unit] = file.units;
  const range = unit?.unit.graph.nodes.find(
    ({ what }) => what.kind === "operation" && what.operation === "range",
  );
  assert.ok(unit && range);
  return rangeIntegrality(range, unit.inputs).evidence;
}

describe("what integers rest on", () => {
  it("is called by its name where it was unpacked", () => {
    const body =
      "    rows, columns = find_sizes(picture)\n    x = torch.zeros(rows)\n    return torch.arange(rows)\n";
    assert.deepEqual(evidence(body), ["rows is an integer (used as a size)"]);
  });

  it("is called by where it comes from where it has no name", () => {
    const body = "    return [(torch.zeros(n), torch.arange(n)) for n in find_sizes(picture)]\n";
    const [said = ""] = evidence(body);
    assert.match(said, /^(n|an item of find_sizes\(\)) is an integer \(used as a size\)$/);
  });

  it("is a call where the text has one", () => {
    const body = "    n = find_sizes(picture)\n    x = torch.zeros(n)\n    return torch.arange(n)\n";
    assert.deepEqual(evidence(body), ["find_sizes() gives an integer (used as a size)"]);
  });
});
