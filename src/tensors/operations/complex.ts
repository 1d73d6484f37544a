import { complexOf, isComplex, isFloating, isLow, realOf, type DType } from "../dtype.ts";
import { NotComputed, TorchRaise, type Operand, type Operation, type Semantics } from "../operation.ts";
import { view } from "./shape.ts";
import { broadcastRank, dtypeAt, rankAt } from "./operands.ts";

/** Complex tensors have a dtype and a rank here, and no numbers: what enters them is where a slice is judged. */
function row(
  dtype: (own: DType, operands: readonly Operand[], semantics: Semantics) => DType,
  rank: (operands: readonly Operand[]) => number | null = (operands) => rankAt(operands, 0),
): Operation {
  return {
    dtype: (operands, _attributes, semantics) => dtype(dtypeAt(operands, 0, semantics), operands, semantics),
    rank,
    compute: () => {
      throw new NotComputed("complex values are not computed");
    },
  };
}

const expected = "Expected both inputs to be Half, Float or Double tensors";

/** Two real tensors of one dtype. Measured on torch 1.13: bf16 is refused, half by polar alone. */
function pair(name: "polar" | "complex"): Operation {
  return row(
    (own, operands, semantics) => {
      const other = dtypeAt(operands, 1, semantics);
      if (!isFloating(own) || own === "bfloat16" || other === "bfloat16") throw new TorchRaise(expected);
      if (own !== other) throw new TorchRaise(`Expected object of scalar type ${own} but got ${other}`);
      if (name === "polar" && isLow(own)) throw new TorchRaise(`"polar" is not implemented for half`);
      return complexOf(own);
    },
    (operands) => broadcastRank(operands),
  );
}

/** The rank one higher or lower. */
function shifted(operands: readonly Operand[], by: number): number | null {
  const rank = rankAt(operands, 0);
  return rank === null ? null : rank + by;
}

export const complexOperations = {
  /** Python's `1j`: a number that makes complex whatever it meets. */
  imaginary: {
    ...row((own) => own),
    dtype: (_operands, _attributes, semantics) => complexOf(semantics.defaultDtype),
    rank: () => 0,
  },
  polar: pair("polar"),
  complex: pair("complex"),
  view_as_complex: row(
    (own) => {
      if (!isFloating(own) || own === "bfloat16")
        throw new TorchRaise("view_as_complex is only supported for half, float and double tensors");
      return complexOf(own);
    },
    (operands) => shifted(operands, -1),
  ),
  view_as_real: row(
    (own) => {
      if (!isComplex(own)) throw new TorchRaise("view_as_real is only supported for complex tensors");
      return realOf(own);
    },
    (operands) => shifted(operands, 1),
  ),
  real: {
    ...view(
      (rank) => rank,
      (x) => x,
    ),
    dtype: (operands, _attributes, semantics) => realOf(dtypeAt(operands, 0, semantics)),
  },
  imag: row((own) => {
    if (!isComplex(own)) throw new TorchRaise("imag is not implemented for tensors with non-complex dtypes.");
    return realOf(own);
  }),
  angle: row((own, _operands, semantics) =>
    isComplex(own) ? realOf(own) : isFloating(own) ? own : semantics.defaultDtype,
  ),
} as const satisfies Readonly<Record<string, Operation>>;
