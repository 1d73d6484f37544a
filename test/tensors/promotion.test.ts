import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import type { DType } from "../../src/tensors/dtype.ts";
import { TorchRaise, type Operand } from "../../src/tensors/operation.ts";
import { operations, type OperationName } from "../../src/tensors/operations.ts";
import { plain } from "./vectors.ts";

type Described = readonly ["tensor" | "zero", DType] | readonly ["scalar", "bool" | "int" | "float"];

interface Table {
  readonly inputs: { readonly tensors: Described[]; readonly scalars: Described[]; readonly dtypes: DType[] };
  readonly cases: { readonly op: OperationName; readonly default: DType; readonly codes: string }[];
}

function described([kind, type]: Described): Operand {
  if (kind === "scalar") return { kind, type, value: null };
  return { kind: "tensor", dtype: type, rank: kind === "zero" ? 0 : 1, data: null };
}

function pairs<T>(left: readonly T[], right: readonly T[]): [T, T][] {
  return left.flatMap((x) => right.map((y): [T, T] => [x, y]));
}

function code(op: OperationName, operands: Operand[], defaultDtype: DType, dtypes: readonly DType[]): string {
  try {
    return String(dtypes.indexOf(operations[op].dtype(operands, {}, { ...plain, defaultDtype })));
  } catch (error) {
    assert.ok(error instanceof TorchRaise, String(error));
    return "-";
  }
}

void it("promotes every pair of dtypes as real PyTorch does, without looking at values", () => {
  const url = new URL("../golden/vectors/promotion.json", import.meta.url);
  const { inputs, cases } = JSON.parse(readFileSync(url, "utf8")) as Table;
  const { tensors, scalars, dtypes } = inputs;
  const all = [...pairs(tensors, tensors), ...pairs(tensors, scalars), ...pairs(scalars, tensors)];
  const wrong: string[] = [];
  let checked = 0;
  for (const one of cases) {
    assert.equal(one.codes.length, all.length);
    all.forEach((pair, i) => {
      if (one.codes[i] === "?") return;
      const operands = pair.map(described);
      if (one.op === "where") operands.unshift({ kind: "tensor", dtype: "bool", rank: 1, data: null });
      const found = code(one.op, operands, one.default, dtypes);
      checked++;
      if (found !== one.codes[i])
        wrong.push(`${one.op} ${one.default} ${pair.join(" ")}: ${found}, torch ${one.codes[i]!}`);
    });
  }
  assert.ok(checked > 8000, String(checked));
  assert.equal(wrong.length, 0, wrong.slice(0, 60).join("\n"));
});
