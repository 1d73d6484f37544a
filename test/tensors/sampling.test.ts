import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { call, plainSemantics } from "../../src/tensors/call.ts";
import { NotSampled, TorchRaise, type Attributes, type IndexItem } from "../../src/tensors/operation.ts";
import type { OperationName } from "../../src/tensors/operations.ts";
import { canonicalSample, sampleAbove } from "../../src/tensors/sample.ts";
import { heldShape, sizeOf, stridesOf, type Tensor } from "../../src/tensors/tensor.ts";
import { thinned } from "../../src/tensors/thin.ts";

const all: IndexItem = { kind: "slice", start: null, stop: null, step: null };
const rest: IndexItem = { kind: "ellipsis" };
const fresh: IndexItem = { kind: "newaxis" };

function slice(start: number | null, stop: number | null, step: number | null = null): IndexItem {
  return { kind: "slice", start, stop, step };
}

/** One step of a chain: an operation on tensors picked from the pool by number. */
interface Step {
  readonly name: OperationName;
  readonly picks: readonly number[];
  readonly numbers?: readonly number[];
  readonly attributes?: Attributes;
}

const long = 130;
const threshold = 50;

const creations: Step[] = [
  { name: "range", picks: [], numbers: [0, long, 1] },
  { name: "range", picks: [], numbers: [0, long, 1], attributes: { dtype: "float32" } },
  { name: "range", picks: [], numbers: [long - 1, -1, -1], attributes: { dtype: "bfloat16" } },
  { name: "range", picks: [], numbers: [0, 6, 1] },
  { name: "ones", picks: [], attributes: { shape: [long], dtype: "int64" } },
  { name: "zeros", picks: [], attributes: { shape: [long, 6] } },
  { name: "full", picks: [], numbers: [2.5], attributes: { shape: [2, long] } },
  { name: "eye", picks: [], attributes: { shape: [long] } },
  { name: "linspace", picks: [], numbers: [0, 1, long] },
];

const pick = fc.integer({ min: 0, max: 11 });
const dim = fc.integer({ min: -2, max: 2 });

function one(
  name: OperationName,
  attributes: fc.Arbitrary<Attributes> = fc.constant({}),
): fc.Arbitrary<Step> {
  return fc.record({ name: fc.constant(name), picks: fc.tuple(pick), attributes });
}

function two(
  name: OperationName,
  attributes: fc.Arbitrary<Attributes> = fc.constant({}),
): fc.Arbitrary<Step> {
  return fc.record({ name: fc.constant(name), picks: fc.tuple(pick, pick), attributes });
}

function withNumber(name: OperationName, ...numbers: number[]): fc.Arbitrary<Step> {
  return fc.record({
    name: fc.constant(name),
    picks: fc.tuple(pick),
    numbers: fc.constantFrom(...numbers).map((n) => [n]),
  });
}

const items = fc.constantFrom<IndexItem[]>(
  [slice(1, null)],
  [slice(null, -1)],
  [slice(3, null, 2)],
  [rest, slice(0, null, 2)],
  [rest, slice(1, 40)],
  [all, fresh],
  [fresh],
  [rest, fresh],
  [{ kind: "integer", value: -1 }],
  [rest, { kind: "integer", value: 0 }],
  [all, slice(2, 5)],
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...creations),
  one("neg"),
  one("sin"),
  one("cast", fc.constantFrom<Attributes>({ dtype: "bfloat16" }, { dtype: "float16" }, { dtype: "int64" })),
  two("add"),
  two("mul"),
  two("sub"),
  two("lt"),
  withNumber("div", 3, 0.1),
  withNumber("mul", 2, 0.3),
  one("index", fc.record({ items })),
  one("unsqueeze", fc.record({ dim })),
  one("squeeze"),
  one(
    "flip",
    dim.map((at) => ({ dims: [at] })),
  ),
  one(
    "roll",
    fc.tuple(dim, fc.integer({ min: -9, max: 9 })).map(([at, by]) => ({ dims: [at], repeats: [by] })),
  ),
  one(
    "transpose",
    fc.tuple(dim, dim).map((dims) => ({ dims })),
  ),
  one(
    "reshape",
    fc.constantFrom<Attributes>(
      { shape: [-1] },
      { shape: [long, -1] },
      { shape: [-1, long] },
      { shape: [2, -1] },
    ),
  ),
  one("flatten"),
  one(
    "repeat_interleave",
    dim.map((at) => ({ repeats: [2], dim: at })),
  ),
  one(
    "repeat",
    fc.constantFrom<Attributes>(
      { repeats: [2] },
      { repeats: [1, 2] },
      { repeats: [3, 1, 1] },
      { repeats: [long, 1] },
    ),
  ),
  one(
    "expand",
    fc.constantFrom<Attributes>({ shape: [long, -1] }, { shape: [2, -1, -1] }, { shape: [long, 6] }),
  ),
  two(
    "cat",
    dim.map((at) => ({ dim: at })),
  ),
  two(
    "stack",
    dim.map((at) => ({ dim: at })),
  ),
  two("outer"),
  two(
    "einsum",
    fc.constantFrom<Attributes>({ equation: "i,j->ij" }, { equation: "ij,j->ij" }, { equation: "ij,jk->ik" }),
  ),
  two("matmul"),
  two("meshgrid", fc.constantFrom<Attributes>({ indexing: "xy", piece: 1 }, { indexing: "ij", piece: 0 })),
  two("index", fc.constant<Attributes>({ items: [{ kind: "tensor", operand: 1 }] })),
  two(
    "assign",
    items.map((chosen) => ({ items: chosen })),
  ),
  two("embedding"),
  one(
    "sum",
    dim.map((at) => ({ dim: at })),
  ),
  one(
    "max",
    dim.map((at) => ({ dim: at, keepdim: true })),
  ),
  one(
    "cumsum",
    dim.map((at) => ({ dim: at })),
  ),
  one("tril"),
  one("chunk", fc.constant({ sizes: 2, dim: -1, piece: 1 })),
  one("zeros_like"),
);

type Outcome = Tensor | "raises" | "not sampled" | "too large";

function nameOf(outcome: Outcome): string {
  return typeof outcome === "string" ? outcome : `a tensor [${outcome.shape.join()}]`;
}

function run(
  { name, picks, numbers = [], attributes = {} }: Step,
  pool: readonly Tensor[],
  sampled: boolean,
): Outcome {
  const semantics = { ...plainSemantics, sampling: sampled ? sampleAbove(threshold) : null };
  try {
    return call(name, [...picks.map((at) => pool[at % pool.length]!), ...numbers], attributes, semantics);
  } catch (error) {
    if (error instanceof NotSampled) return "not sampled";
    if (error instanceof TorchRaise) return "raises";
    // The kernel's own bound (4 million elements): `repeat` makes that of operands of any size.
    if (error instanceof RangeError && error.message.includes("too many to evaluate")) return "too large";
    throw error;
  }
}

/** Compares what is held of a sampled tensor with the whole one. */
function agree(sampled: Tensor, whole: Tensor): boolean {
  if (sampled.dtype !== whole.dtype || sampled.shape.join() !== whole.shape.join()) return false;
  const lengths = heldShape(sampled);
  const strides = stridesOf(whole.shape);
  const own = stridesOf(lengths);
  return sampled.data.every((value, at) => {
    let index = 0;
    lengths.forEach((length, axis) => {
      const position = Math.floor(at / own[axis]!) % length;
      index += (sampled.axes[axis]?.[position] ?? position) * strides[axis]!;
    });
    return Object.is(value, whole.data[index]);
  });
}

const maximumSize = 40_000;

/** Whether a step's operands are small enough for any product of them. */
function affordable({ picks }: Step, pool: readonly Tensor[]): boolean {
  return picks.reduce((size, at) => size * pool[at % pool.length]!.data.length, 1) < 4_000_000;
}

void describe("sampled axes", () => {
  void it("agree with whole ones at every index held, for random chains", () => {
    let compared = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 14 }), (chain) => {
        const pools = { sampled: [] as Tensor[], whole: [] as Tensor[] };
        for (const next of [...creations, ...chain]) {
          if (!affordable(next, pools.whole)) continue;
          const whole = run(next, pools.whole, false);
          if (typeof whole === "string" ? whole !== "raises" : whole.data.length > maximumSize) continue;
          const sampled = run(next, pools.sampled, true);
          if (sampled === "not sampled") {
            refused++;
            continue;
          }
          if (typeof whole === "string" || typeof sampled === "string") {
            assert.equal(sampled, whole, `${next.name}: ${nameOf(sampled)} for ${nameOf(whole)}`);
            continue;
          }
          assert.ok(agree(sampled, whole), `${next.name} ${JSON.stringify(next)}`);
          compared++;
          pools.sampled.push(sampled);
          pools.whole.push(whole);
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(compared > 3000 && compared > 4 * refused, `${compared} compared, ${refused} refused`);
  });

  void it("stay small: a relative-position matrix of 4096 positions", () => {
    const semantics = { ...plainSemantics, sampling: sampleAbove(512) };
    const positions = call("range", [0, 4096, 1], {}, semantics);
    const relative = call("sub", [
      call("index", [positions], { items: [all, fresh] }),
      call("index", [positions], { items: [fresh, all] }),
    ]);
    assert.deepEqual(relative.shape, [4096, 4096]);
    assert.ok(relative.data.length < 80 * 80);
    const flat = call("reshape", [relative], { shape: [-1] });
    assert.equal(flat.shape[0], 4096 * 4096);
    assert.deepEqual(call("reshape", [flat], { shape: [4096, 4096] }), relative);
  });

  void it("hold both ends, powers of two and both sides of every exact limit", () => {
    for (const length of [600, 4096, 131072]) {
      const sample = canonicalSample(length);
      for (const index of [0, 1, 255, 256, 257, 258, 512, length - 1, length - 2])
        assert.ok(sample.includes(index));
      if (length > 2049) for (const index of [2047, 2048, 2049, 2050]) assert.ok(sample.includes(index));
      assert.ok(sample.length < 100, String(sample.length));
      assert.deepEqual(
        [...sample],
        [...sample].sort((a, b) => a - b),
      );
    }
  });

  void it("count up a mask of ones: positions from a running sum", () => {
    const semantics = { ...plainSemantics, sampling: sampleAbove(512) };
    const ids = call("full", [7], { shape: [1, 4096], dtype: "int64" }, semantics);
    const mask = call("cast", [call("ne", [ids, 1])], { dtype: "int32" });
    const positions = call("mul", [call("cumsum", [mask], { dim: 1 }), mask]);
    assert.equal(positions.data.length, canonicalSample(4096).length);
    positions.axes[1]!.forEach((index, i) => {
      assert.equal(positions.data[i], index + 1);
    });
    assert.deepEqual([...call("sum", [mask], { dim: -1 }).data], [4096]);
    assert.equal(call("cumsum", [call("cast", [mask], { dtype: "bfloat16" })], { dim: 1 }).data.at(-1), 4096);
    assert.throws(() => call("cumsum", [call("mul", [mask, 0.1])], { dim: 1 }), NotSampled);
  });

  void it("refuse what needs the whole axis", () => {
    const semantics = { ...plainSemantics, sampling: sampleAbove(50) };
    const positions = call("range", [0, 200, 1], {}, semantics);
    for (const name of ["sum", "max", "cumsum"] as const)
      assert.throws(() => call(name, [positions], { dim: 0 }), NotSampled);
    assert.throws(() => call("dot", [positions, positions]), NotSampled);
  });
});

describe("a grid of sampled axes", () => {
  const lengths = [100, 100, 80] as const;
  const rows = canonicalSample(lengths[0]);
  const held = rows.length * rows.length * lengths[2];
  const grid: Tensor = {
    dtype: "float32",
    shape: lengths,
    axes: [rows, rows, null],
    data: new Float64Array(held),
    uniform: [false, false, false],
  };

  it("keeps one axis as it is sampled: what depends on that axis alone is seen in full", () => {
    const [first = 0, second = 0, channels] = heldShape(thinned(grid));
    assert.equal(first, rows.length);
    assert.equal(channels, lengths[2]);
    assert.ok(second < 10 && sizeOf([first, second, lengths[2]]) <= 2 ** 15);
  });
});
