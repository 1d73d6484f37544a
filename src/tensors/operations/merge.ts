import { NotSampled, TorchRaise } from "../operation.ts";
import { heldLength, heldOf, type Held } from "../sample.ts";
import { isUniform, makeTensor, sizeOf, type Tensor } from "../tensor.ts";

interface Axis {
  readonly length: number;
  readonly held: Held;
}

/** The index held at a storage position. */
function indexAt(axis: Axis, position: number): number {
  return axis.held === null ? position : (axis.held[position] ?? -1);
}

/** One axis that runs through several, row-major; its sample is the product of theirs. */
function mergeAxes(axes: readonly Axis[]): Axis {
  return axes.reduce(
    (outer, inner) => {
      const length = outer.length * inner.length;
      if (outer.held === null && inner.held === null) return { length, held: null };
      const width = heldLength(inner.length, inner.held);
      const held = new Int32Array(heldLength(outer.length, outer.held) * width);
      for (let i = 0; i < held.length; i++) {
        held[i] = indexAt(outer, Math.floor(i / width)) * inner.length + indexAt(inner, i % width);
      }
      return { length, held: heldOf(length, held) };
    },
    { length: 1, held: null },
  );
}

/** Splits an axis into axes of the given lengths. @throws {NotSampled} if its sample is no product of samples. */
function splitAxis(axis: Axis, lengths: readonly number[]): Axis[] {
  const [first = 1, ...rest] = lengths;
  if (rest.length === 0) return [axis];
  const innerLength = sizeOf(rest);
  if (axis.held === null) return lengths.map((length) => ({ length, held: null }));
  const outer = unique(axis.held.map((index) => Math.floor(index / innerLength)));
  const inner = unique(axis.held.map((index) => index % innerLength));
  if (outer.length * inner.length !== axis.held.length)
    throw new NotSampled("a sampled axis cannot be split");
  return [
    { length: first, held: heldOf(first, outer) },
    ...splitAxis({ length: innerLength, held: heldOf(innerLength, inner) }, rest),
  ];
}

function unique(indices: Int32Array): Int32Array {
  return Int32Array.from(new Set(indices)).sort();
}

/** The lengths with -1 replaced. @throws {TorchRaise} if the shape does not hold the elements. */
function inferShape(size: number, shape: readonly number[]): number[] {
  const known = sizeOf(shape.filter((length) => length !== -1));
  const inferred = shape.map((length) => (length === -1 ? Math.floor(size / known) : length));
  if (sizeOf(inferred) !== size)
    throw new TorchRaise(`shape '[${shape.join(", ")}]' is invalid for input of size ${size}`);
  return inferred;
}

/** Axes of the source and of the result that run through the same elements. */
interface Group {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** The finest groups of neighbouring axes with equal products of lengths; both shapes hold one size, not 0. */
function matchAxes(before: readonly number[], after: readonly number[]): Group[] {
  const groups: Group[] = [];
  let from = 0;
  let to = 0;
  while (to < after.length || from < before.length) {
    const source = [from++];
    const target = [to++];
    let left = before[from - 1] ?? 1;
    let right = after[to - 1] ?? 1;
    while (left !== right) {
      if (left < right) {
        left *= before[from] ?? 1;
        source.push(from++);
      } else {
        right *= after[to] ?? 1;
        target.push(to++);
      }
    }
    groups.push({ source, target });
  }
  return groups;
}

/**
 * The tensor in another shape, row-major. Axes that merge keep the product of their samples.
 * @throws {TorchRaise} if the sizes differ; @throws {NotSampled} where a sample cannot be split.
 */
export function reshapeTensor(tensor: Tensor, requested: readonly number[]): Tensor {
  const shape = inferShape(sizeOf(tensor.shape), requested);
  if (sizeOf(shape) === 0) return makeTensor(tensor.dtype, shape, tensor.data);
  const held: Held[] = [];
  const uniform: boolean[] = [];
  for (const { source, target } of matchAxes(tensor.shape, shape)) {
    const axes = source.map((axis) => ({ length: tensor.shape[axis] ?? 1, held: tensor.axes[axis] ?? null }));
    const lengths = target.map((axis) => shape[axis] ?? 1);
    held.push(...splitAxis(mergeAxes(axes), lengths).map((axis) => axis.held));
    const constant = source.every((axis) => axis >= tensor.shape.length || isUniform(tensor, axis));
    uniform.push(...lengths.map(() => constant));
  }
  return makeTensor(
    tensor.dtype,
    shape,
    tensor.data,
    held.slice(0, shape.length),
    uniform.slice(0, shape.length),
  );
}
