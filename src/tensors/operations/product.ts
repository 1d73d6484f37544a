import { isFloating, type DType } from "../dtype.ts";
import { TorchRaise, type Attributes, type Operand, type Operation, type Semantics } from "../operation.ts";
import type { Tensor } from "../tensor.ts";
import { combine } from "./binary.ts";
import { arrange, contract, sumOut, takeDiagonals, type Labelled } from "./contract.ts";
import { parseEquation, type Equation } from "./equation.ts";
import * as loops from "./loops.ts";
import { reshapeTensor } from "./merge.ts";
import { castTensor, dtypeAt, promoteOperands, rankAt, required, tensorAt } from "./operands.ts";

/** All operands in one dtype, as matrix products require. @throws {TorchRaise} for mixed dtypes. */
function oneDtype(operands: readonly Operand[], semantics: Semantics): DType {
  if (semantics.promotion?.productsPromote === true) return promoteOperands(operands, semantics);
  const [first = "float32", ...rest] = operands.map((_, i) => dtypeAt(operands, i, semantics));
  const other = rest.find((dtype) => dtype !== first);
  if (other !== undefined) throw new TorchRaise(`expected scalar type ${first} but found ${other}`);
  return first;
}

/** An operand as it enters a product in `dtype`. */
function entered({ tensor, labels }: Labelled, dtype: DType): Labelled {
  return { tensor: castTensor(tensor, dtype), labels };
}

/** Evaluates an equation from left to right; where nothing is summed the product is elementwise. */
function evaluate(equation: Equation, operands: readonly Operand[], dtype: DType): Tensor {
  const labelled = equation.inputs.map((labels, i) =>
    takeDiagonals({ tensor: tensorAt(operands, i), labels }),
  );
  const [first, ...rest] = labelled;
  if (first === undefined) throw new TorchRaise("einsum(): must provide at least one operand");
  let result = sumOut(first, [...equation.output, ...rest.flatMap(({ labels }) => labels)]);
  rest.forEach((operand, i) => {
    const later = [...equation.output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)];
    const reduced = sumOut(operand, [...later, ...result.labels]);
    const all = [...new Set([...result.labels, ...reduced.labels])];
    const kept = all.filter((label) => later.includes(label));
    const summed = all.filter((label) => !later.includes(label));
    const [left, right] = [entered(result, dtype), entered(reduced, dtype)];
    if (summed.length > 0) result = contract(left, right, kept, summed);
    else {
      const product = combine(loops.multiply, arrange(left, kept), arrange(right, kept), dtype, dtype);
      result = { tensor: product, labels: kept };
    }
  });
  return arrange(result, equation.output);
}

/** Integers and bool become int64 where a label is summed within one operand. */
function summedFirst(operands: readonly Operand[], equation: Equation, semantics: Semantics): Operand[] {
  return operands.map((operand, i) => {
    const dtype = dtypeAt(operands, i, semantics);
    const others = equation.inputs.flatMap((labels, j) => (i === j ? [] : labels));
    const alone = (equation.inputs[i] ?? []).some(
      (label) => !equation.output.includes(label) && !others.includes(label),
    );
    if (!alone || isFloating(dtype) || operand.kind === "scalar") return operand;
    return { ...operand, dtype: "int64" };
  });
}

/** Labels that two operands share and the result lacks are contracted, which takes one dtype; else torch multiplies and promotes. */
function einsumDtype(operands: readonly Operand[], attributes: Attributes, semantics: Semantics): DType {
  const equation = equationOf(operands, attributes);
  const entering = summedFirst(operands, equation, semantics);
  const contracted = equation.inputs.some((labels, i) =>
    labels.some(
      (label) => !equation.output.includes(label) && equation.inputs[i + 1]?.includes(label) === true,
    ),
  );
  return contracted ? oneDtype(entering, semantics) : promoteOperands(entering, semantics);
}

function equationOf(operands: readonly Operand[], attributes: Attributes): Equation {
  return parseEquation(
    required(attributes, "equation"),
    operands.map((_, i) => rankAt(operands, i)),
  );
}

/** einsum: attributes.equation over the operands. */
const einsum: Operation = {
  dtype: einsumDtype,
  rank: (operands, attributes) => equationOf(operands, attributes).output.length,
  compute: (operands, attributes, dtype) => evaluate(equationOf(operands, attributes), operands, dtype),
};

/** A product of fixed shape, stated as an equation. */
function fixed(equation: string, ranks: readonly number[]): Operation {
  return {
    dtype: (operands, _attributes, semantics) => oneDtype(operands, semantics),
    rank: () => equation.split("->")[1]?.length ?? 0,
    compute: (operands, _attributes, dtype) => {
      operands.forEach((_, i) => {
        if (rankAt(operands, i) !== ranks[i])
          throw new TorchRaise(`expected a tensor with ${ranks[i] ?? 0} dimensions`);
      });
      return evaluate(parseEquation(equation, ranks), operands, dtype);
    },
  };
}

function matmulEquation(left: number, right: number): string {
  const letters = "abcdefghijklmnopqrstuvw";
  const batch = Math.max(left, right, 2) - 2;
  const leads = (rank: number): string => letters.slice(batch - Math.max(rank - 2, 0), batch);
  const x = left === 1 ? "z" : `${leads(left)}xz`;
  const y = right === 1 ? "z" : `${leads(right)}zy`;
  return `${x},${y}->${letters.slice(0, batch)}${left === 1 ? "" : "x"}${right === 1 ? "" : "y"}`;
}

/** matmul: vectors, matrices or batches of them, broadcast. */
const matmul: Operation = {
  dtype: (operands, _attributes, semantics) => oneDtype(operands, semantics),
  rank: (operands) => {
    const [left, right] = [rankAt(operands, 0), rankAt(operands, 1)];
    if (left === null || right === null) return null;
    return Math.max(left, right, 2) - Number(left === 1) - Number(right === 1);
  },
  compute: (operands, _attributes, dtype) => {
    const [left, right] = [tensorAt(operands, 0), tensorAt(operands, 1)];
    const ranks = [left.shape.length, right.shape.length];
    if (ranks.includes(0)) throw new TorchRaise("both arguments to matmul need to be at least 1D");
    return evaluate(parseEquation(matmulEquation(ranks[0] ?? 1, ranks[1] ?? 1), ranks), operands, dtype);
  },
};

/** The outer product of two vectors: an elementwise product, so dtypes promote. */
const outer: Operation = {
  dtype: (operands, _attributes, semantics) => promoteOperands(operands, semantics),
  rank: () => 2,
  compute: (operands, _attributes, dtype) => {
    const column = reshapeTensor(castTensor(tensorAt(operands, 0), dtype), [-1, 1]);
    return combine(loops.multiply, column, castTensor(tensorAt(operands, 1), dtype), dtype, dtype);
  },
};

export const productOperations = {
  outer,
  ger: outer,
  einsum,
  matmul,
  mm: fixed("ik,kj->ij", [2, 2]),
  bmm: fixed("bik,bkj->bij", [3, 3]),
  mv: fixed("ik,k->i", [2, 1]),
  dot: fixed("k,k->", [1, 1]),
} as const satisfies Readonly<Record<string, Operation>>;
