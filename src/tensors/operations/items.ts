import { TorchRaise, type IndexItem, type Operand } from "../operation.ts";

/** How many axes of x an item consumes; a boolean mask consumes as many as it has. */
function consumes(item: IndexItem, operands: readonly Operand[]): number {
  if (item.kind === "newaxis" || item.kind === "ellipsis") return 0;
  if (item.kind !== "tensor") return 1;
  const index = operands[item.operand];
  return index?.kind === "tensor" && index.dtype === "bool" ? (index.rank ?? 1) : 1;
}

const wholeSlice: IndexItem = { kind: "slice", start: null, stop: null, step: null };

/** The items with the ellipsis spelt out and every axis named. @throws {TorchRaise} for too many indices. */
export function spellOut(
  items: readonly IndexItem[],
  rank: number,
  operands: readonly Operand[],
): IndexItem[] {
  const consumed = items.reduce((sum, item) => sum + consumes(item, operands), 0);
  if (consumed > rank) throw new TorchRaise(`too many indices for tensor of dimension ${rank}`);
  const at = items.findIndex((item) => item.kind === "ellipsis");
  const fill = new Array<IndexItem>(rank - consumed).fill(wholeSlice);
  if (at < 0) return [...items, ...fill];
  return [...items.slice(0, at), ...fill, ...items.slice(at + 1)];
}

/** Start, length and step of a slice over an axis of the given length, as Python's slice.indices. */
export function sliceBounds(
  item: IndexItem & { kind: "slice" },
  length: number,
): { start: number; count: number; step: number } {
  const step = item.step ?? 1;
  if (step <= 0) throw new TorchRaise("step must be greater than zero");
  const clip = (at: number): number => Math.min(Math.max(at < 0 ? at + length : at, 0), length);
  const start = clip(item.start ?? 0);
  const stop = clip(item.stop ?? length);
  return { start, count: Math.max(0, Math.ceil((stop - start) / step)), step };
}
