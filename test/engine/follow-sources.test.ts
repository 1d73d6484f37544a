import assert from "node:assert/strict";
import { test } from "node:test";
import { followSources } from "../../src/engine/follow-sources.ts";
import type { FileFindings } from "../../src/engine/follow-sources.ts";
import type { Finding } from "../../src/verify/finding.ts";
import { finding, repairable } from "./findings.ts";

const llama = "lib/models/llama/modeling_llama.py";
const mistral = "lib/models/mistral/modeling_mistral.py";
/** What a finding says that is not printed. */
const hidden = "hidden";
const copyText = `# Copied from lib.models.llama.modeling_llama.LlamaRotary with Llama->Mistral
class MistralRotary:
    def forward(self): ...
`;

function file(path: string, text: string, findings: readonly Finding[]): FileFindings {
  const isWanted = ({ message }: Finding): boolean => message !== hidden;
  return { path, real: `/home/me/${path}`, text, findings, isWanted };
}

function fixesAfter(files: readonly FileFindings[], others: readonly FileFindings[] = []) {
  const adjusted = followSources(files, [...files, ...others]);
  return adjusted.map(({ findings }) => findings.map(({ fix }) => fix?.applicability ?? null));
}

test("a copy goes with its source", () => {
  const files = [
    file(llama, "", [repairable("LlamaRotary.forward")]),
    file(mistral, copyText, [repairable("MistralRotary.forward")]),
  ];
  assert.deepEqual(fixesAfter(files), [["safe"], ["safe"]]);
});

test("a copy whose source is in the run without a finding is brought in line with it", () => {
  const copy = file(mistral, copyText, [repairable("MistralRotary.forward")]);
  assert.deepEqual(fixesAfter([copy], [file(llama, "", [])]), [["safe"]]);
});

test("a copy whose source is not in the run becomes unsafe, and says why", () => {
  const copy = file(mistral, copyText, [repairable("MistralRotary.forward"), repairable("other")]);
  assert.deepEqual(fixesAfter([copy]), [["unsafe", "safe"]]);
  const [adjusted] = followSources([copy], [copy]);
  assert.match(
    adjusted!.findings[0]!.fix!.reason ?? "",
    /^copied from lib\.models.* not among the files.*; check the folder/,
  );
});

test("a copy does not go ahead of a source that is not repaired", () => {
  const copy = file(mistral, copyText, [repairable("MistralRotary.forward")]);
  const without = file(llama, "", [finding({ definition: "LlamaRotary.forward" })]);
  assert.deepEqual(fixesAfter([without, copy]), [[null], ["unsafe"]]);
  const source = file(llama, "", [repairable("LlamaRotary.forward", { message: hidden })]);
  assert.deepEqual(fixesAfter([source, copy]), [["safe"], ["unsafe"]]);
  const elsewhere = file(llama, "", [finding({ definition: "LlamaRotary.__init__" })]);
  assert.deepEqual(fixesAfter([elsewhere, copy]), [[null], ["safe"]]);
});

test("two releases side by side: a copy goes with the source of its own tree", () => {
  const in1 = (path: string) => `release-1/${path}`;
  const in2 = (path: string) => `release-2/${path}`;
  const files = [
    file(in1(llama), "", [finding({ definition: "LlamaRotary.forward" })]),
    file(in1(mistral), copyText, [repairable("MistralRotary.forward")]),
    file(in2(llama), "", [repairable("LlamaRotary.forward")]),
    file(in2(mistral), copyText, [repairable("MistralRotary.forward")]),
  ];
  assert.deepEqual(fixesAfter(files), [[null], ["unsafe"], ["safe"], ["safe"]]);
});

test("a copy is spelled like its source, where nothing but the name of a dtype differs", () => {
  const fixed = (definition: string, content: string, start: number) => {
    const edits = [{ start, end: start + 1, content }];
    return finding({ definition, fix: { applicability: "safe", message: "", group: "g", edits } });
  };
  const contentOf = (inSource: string, inCopy: string): string => {
    const source = file(llama, "t", [fixed("LlamaRotary.forward", inSource, 0)]);
    const place = copyText.length;
    const copy = file(mistral, `${copyText}t`, [fixed("MistralRotary.forward", inCopy, place)]);
    const [, adjusted] = followSources([source, copy], [source, copy]);
    return adjusted!.findings[0]!.fix!.edits[0]!.content;
  };
  assert.equal(contentOf("x(dtype=torch.int64)", "x(dtype=torch.long)"), "x(dtype=torch.int64)");
  assert.equal(contentOf("x.to(torch.float)", "x.to(torch.float32)"), "x.to(torch.float)");
  assert.equal(contentOf("Llama(torch.long)", "Mistral(torch.int64)"), "Mistral(torch.long)");
  assert.equal(contentOf("x.float()", "x.type_as(y)"), "x.type_as(y)");
});

test("a group is held back as a whole", () => {
  const group = { applicability: "safe", message: "", group: "g", edits: [] } as const;
  const copy = file(mistral, copyText, [
    finding({ definition: "MistralRotary.forward", fix: group }),
    finding({ definition: "elsewhere", fix: group }),
  ]);
  assert.deepEqual(fixesAfter([copy]), [["unsafe", "unsafe"]]);
});

test("copies of copies", () => {
  const third = `# Copied from lib.models.mistral.modeling_mistral.MistralRotary.forward with Mistral->Qwen
def forward(self): ...
`;
  const files = [
    file("lib/models/qwen/modeling_qwen.py", third, [repairable("forward")]),
    file(mistral, copyText, [repairable("MistralRotary.forward")]),
  ];
  assert.deepEqual(fixesAfter(files), [["unsafe"], ["unsafe"]]);
});

test("a package's own file is a module too", () => {
  const text = "# Copied from lib.nn.table\ndef table(): ...\n";
  const copy = file("lib/a.py", text, [repairable("table")]);
  assert.deepEqual(fixesAfter([copy], [file("lib/nn/__init__.py", "", [])]), [["safe"]]);
});

test("a generated file is not fixed; its findings point to what it is made from", () => {
  const text = "# This file was automatically generated from src/lib/modular_a.py. Do NOT edit it.\n";
  const made = file("src/lib/modeling_a.py", text, [repairable("A.f", { message: "bad" })]);
  const [alone] = followSources([made], [made]);
  assert.equal(alone!.findings[0]!.fix, null);
  assert.equal(alone!.findings[0]!.message, "bad (this file is generated: repair src/lib/modular_a.py)");
  assert.deepEqual(alone!.findings[0]!.related, []);

  const origin = file("src/lib/modular_a.py", "x\ny", [repairable("A.f", { span: { start: 2, end: 3 } })]);
  const [both] = followSources([made, origin], [made, origin]);
  assert.deepEqual(both!.findings[0]!.related, [
    { filename: "src/lib/modular_a.py", span: { start: 2, end: 3 }, message: "generated from this" },
  ]);
  const [named] = followSources([made], [made, origin]);
  assert.equal(named!.findings[0]!.related[0]!.message, "generated from this file");
  assert.equal(both!.findings[0]!.message, "bad (this file is generated: repair src/lib/modular_a.py)");
  assert.match(named!.findings[0]!.message, /repair .*modular_a\.py, or what it inherits this from\)/);
  assert.equal(both!.findings[0]!.withheld, "this file would be generated anew");
});

test("a generated file points to the code that its own is equal to, which is no copy itself", () => {
  const header = "# This file was automatically generated from src/lib/modular_b.py. Do NOT edit it.\n";
  const at = (text: string) => ({ start: text.indexOf("range("), end: text.length });
  const madeText = `${header}range(n,\n  f)`;
  const made = file("lib/modeling_b.py", madeText, [
    repairable("B.f", { message: "bad", span: at(madeText) }),
  ]);
  const ownText = "range(n, f)";
  const own = file("lib/modeling_a.py", ownText, [repairable("A.f", { span: at(ownText) })]);
  const copied = "# Copied from lib.modeling_a.A\nclass Copy:\n    range(n, f)";
  const copy = file("lib/modeling_0.py", copied, [repairable("Copy.f", { span: at(copied) })]);
  const modular = file("lib/modular_b.py", "", []);
  const [adjusted] = followSources([made, copy, own], [made, copy, own, modular]);
  const [found] = adjusted!.findings;
  assert.equal(
    found!.message,
    "bad (this file is generated: repair src/lib/modular_b.py, or A in lib/modeling_a.py, which has the same code)",
  );
  assert.deepEqual(
    found!.related.map(({ filename, message }) => [filename, message]),
    [
      ["lib/modular_b.py", "generated from this file"],
      ["lib/modeling_a.py", "the same code"],
    ],
  );
});
