import { isInteger } from "../dtype.ts";
import { TorchRaise, type Attributes, type IndexItem, type Operand, type Operation } from "../operation.ts";
import { makeTensor, type Tensor } from "../tensor.ts";
import { assignAt } from "./assign.ts";
import { sliceBounds, spellOut } from "./items.ts";
import { gatherAt, maskedAway, type IndexTensor } from "./gather.ts";
import { selectOne } from "./join.ts";
import { axisOf, castTensor, dtypeAt, rankAt, required, tensorAt } from "./operands.ts";
import { run, selectIndices } from "./select.ts";
import { unsqueezeAt } from "./shape.ts";

function indexRank(operands: readonly Operand[], attributes: Attributes): number | null {
  const rank = rankAt(operands, 0);
  if (rank === null) return null;
  let result = rank;
  let advanced = -1;
  for (const item of attributes.items ?? []) {
    if (item.kind === "newaxis") result++;
    else if (item.kind === "integer") result--;
    else if (item.kind === "tensor") {
      const index = operands[item.operand];
      if (index?.kind !== "tensor" || index.rank === null) return null;
      result -= index.dtype === "bool" ? index.rank : 1;
      advanced = Math.max(advanced, index.dtype === "bool" ? 1 : index.rank);
    }
  }
  return result + Math.max(advanced, 0);
}

/** x[items]: slices, integers, new axes first, then the index tensors together, as torch does. */
function indexed(operands: readonly Operand[], items: readonly IndexItem[]): Tensor {
  let result = tensorAt(operands, 0);
  const tensors: IndexTensor[] = [];
  let axis = 0;
  for (const item of spellOut(items, result.shape.length, operands)) {
    if (item.kind === "newaxis") result = unsqueezeAt(result, axis++);
    else if (item.kind === "integer") result = selectOne(result, axis, item.value);
    else if (item.kind === "slice") result = sliced(result, axis++, item);
    else if (item.kind === "tensor") {
      const index = tensorAt(operands, item.operand);
      if (index.dtype === "bool") {
        for (const part of maskedAway(index)) tensors.push({ axis: axis++, index: part });
      } else tensors.push({ axis: axis++, index });
    }
  }
  return tensors.length === 0 ? result : gatherAt(result, tensors);
}

function sliced(x: Tensor, axis: number, item: IndexItem & { kind: "slice" }): Tensor {
  if (item.start === null && item.stop === null && item.step === null) return x;
  const { start, count, step } = sliceBounds(item, x.shape[axis] ?? 0);
  return selectIndices(x, axis, run(start, count, step));
}

/** The first operand's dtype. @throws {TorchRaise} for floating indices among the operands from a place on. */
function indexedDtype(from: number): Operation["dtype"] {
  return (operands, _attributes, semantics) => {
    for (let i = from; i < operands.length; i++) {
      const dtype = dtypeAt(operands, i, semantics);
      if (dtype !== "bool" && !isInteger(dtype)) {
        throw new TorchRaise(`tensors used as indices must be integers or bool, got ${dtype}`);
      }
    }
    return dtypeAt(operands, 0, semantics);
  };
}

const index: Operation = {
  dtype: indexedDtype(1),
  rank: indexRank,
  compute: (operands, attributes) => indexed(operands, required(attributes, "items")),
};

/** Stores through index tensors take a value of x's dtype; boolean masks convert single values. */
function checkStored(operands: readonly Operand[], items: readonly IndexItem[]): void {
  const [x, value, ...indices] = operands;
  if (x?.kind !== "tensor" || value?.kind !== "tensor" || value.dtype === x.dtype) return;
  const stores = items.some((item) => item.kind === "tensor");
  const masks = indices.every((index) => index.kind === "tensor" && index.dtype === "bool");
  const single = value.data === null || value.data.data.length === 1;
  if (stores && !(masks && single)) {
    throw new TorchRaise(
      `Index put requires the source and destination dtypes match, got ${x.dtype} and ${value.dtype}`,
    );
  }
}

/** x[items] = value: operands x, value, then the index tensors that the items name. The dtype of x stays. */
const assign: Operation = {
  dtype: (operands, attributes, semantics) => {
    checkStored(operands, attributes.items ?? []);
    return indexedDtype(2)(operands, attributes, semantics);
  },
  rank: (operands) => rankAt(operands, 0),
  compute: (operands, attributes, dtype) => {
    const x = tensorAt(operands, 0);
    const items = spellOut(required(attributes, "items"), x.shape.length, operands);
    return assignAt(x, castTensor(tensorAt(operands, 1), dtype), items, operands);
  },
};

/** Rows of x (operand 0) at a one-dimensional index (operand 1) along attributes.dim. */
const indexSelect: Operation = {
  dtype: indexedDtype(1),
  rank: (operands) => rankAt(operands, 0),
  compute: (operands, attributes) => {
    const x = tensorAt(operands, 0);
    return gatherAt(x, [
      { axis: axisOf(required(attributes, "dim"), x.shape.length), index: tensorAt(operands, 1) },
    ]);
  },
};

/** torch.gather: out[i][j] = x[index[i][j]][j] for attributes.dim 0, and so on. */
const gather: Operation = {
  dtype: indexedDtype(1),
  rank: (operands) => rankAt(operands, 1),
  compute: (operands, attributes) => {
    const x = tensorAt(operands, 0);
    const index = tensorAt(operands, 1);
    const dim = axisOf(required(attributes, "dim"), x.shape.length);
    const tensors = x.shape.map((_, axis) => ({ axis, index: axis === dim ? index : counting(index, axis) }));
    return gatherAt(x, tensors);
  },
};

/** 0, 1, 2, ... along one axis of another tensor's shape, holding what that tensor holds. */
function counting(like: Tensor, axis: number): Tensor {
  const length = like.shape[axis] ?? 1;
  const held = like.axes[axis] ?? null;
  const values = held === null ? Float64Array.from({ length }, (_, i) => i) : Float64Array.from(held);
  const shape = like.shape.map((_, at) => (at === axis ? length : 1));
  return makeTensor(
    "int64",
    shape,
    values,
    shape.map((_, at) => (at === axis ? held : null)),
  );
}

/** embedding: operands weight and ids, as x[ids]. */
const embedding: Operation = {
  dtype: indexedDtype(1),
  rank: (operands) => {
    const rank = rankAt(operands, 1);
    return rank === null ? null : rank + 1;
  },
  compute: (operands) => gatherAt(tensorAt(operands, 0), [{ axis: 0, index: tensorAt(operands, 1) }]),
};

export const indexOperations = {
  index,
  assign,
  index_select: indexSelect,
  gather,
  embedding,
} as const satisfies Readonly<Record<string, Operation>>;
