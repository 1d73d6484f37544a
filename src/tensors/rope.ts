import { call, plainSemantics } from "./call.ts";
import type { Semantics } from "./operation.ts";
import type { Sampling } from "./sample.ts";
import { makeTensor, type Tensor } from "./tensor.ts";

/** How the pairs that rotate together lie in a head: (i, i + size / 2) or (2i, 2i + 1). */
export type Layout = "half-split" | "interleaved";

/** What the reference rotary embedding depends on. */
export interface RopeSettings {
  readonly headSize: number;
  /** 10000 in the paper (Su et al. 2021, "RoFormer", section 3.2.2). */
  readonly base: number;
  /** Number of positions where a slice brings none of its own. */
  readonly length: number;
  readonly layout: Layout;
  /** Which positions of a long range are held. */
  readonly sampling?: Sampling | null;
}

/** The tables of the reference kernel, all float32: [positions, headSize / 2], and the score [positions]. */
export interface RopeTables {
  readonly phases: Tensor;
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** The rotated query at every position times the rotated key at position 0. */
  readonly score: Tensor;
}

/** base^(-2i / headSize) for i below headSize / 2 in float32, as `1.0 / base ** (arange(0, n, 2).float() / n)`. */
export function inverseFrequencies({ base, headSize }: Pick<RopeSettings, "base" | "headSize">): Tensor {
  const channels = call("cast", [call("range", [0, headSize, 2])], { dtype: "float32" });
  return call("div", [1, call("pow", [base, call("div", [channels, headSize])])]);
}

/** 0, 1, ..., length - 1 in int64, sampled as the settings say. */
export function integerPositions({
  length,
  sampling = null,
}: Pick<RopeSettings, "length" | "sampling">): Tensor {
  const semantics: Semantics = { ...plainSemantics, sampling };
  return call("range", [0, length, 1], {}, semantics);
}

/** position * frequency in float32, [positions, frequencies]; both vectors are cast to float32 first. */
export function phasesOf(positions: Tensor, frequencies: Tensor): Tensor {
  return call("outer", [single(positions), single(frequencies)]);
}

function single(tensor: Tensor): Tensor {
  return call("cast", [tensor], { dtype: "float32" });
}

/** x rotated by a quarter turn in every pair: (a, b) becomes (-b, a). The last axis is the head. */
export function quarterTurn(x: Tensor, layout: Layout): Tensor {
  const half = (x.shape.at(-1) ?? 0) / 2;
  if (layout === "half-split") {
    const [first, second] = [0, 1].map((piece) => call("chunk", [x], { sizes: 2, dim: -1, piece }));
    return first === undefined || second === undefined
      ? x
      : call("cat", [call("neg", [second]), first], { dim: -1 });
  }
  const lead = x.shape.slice(0, -1);
  const pairs = call("reshape", [x], { shape: [...lead, half, 2] });
  const [even, odd] = [0, 1].map((piece) => call("unbind", [pairs], { dim: -1, piece }));
  if (even === undefined || odd === undefined) return x;
  return call("reshape", [call("stack", [call("neg", [odd]), even], { dim: -1 })], {
    shape: [...lead, 2 * half],
  });
}

/** Spreads a value a pair, [..., size / 2], over both channels of the pair: [..., size]. */
export function spreadPairs(table: Tensor, layout: Layout): Tensor {
  return layout === "half-split"
    ? call("cat", [table, table], { dim: -1 })
    : call("repeat_interleave", [table], { repeats: [2], dim: -1 });
}

/** x * cos + quarterTurn(x) * sin, in the dtype that promotion gives; tables are [positions, size / 2]. */
export function applyRotation(x: Tensor, cos: Tensor, sin: Tensor, layout: Layout): Tensor {
  const turned = call("mul", [quarterTurn(x, layout), spreadPairs(sin, layout)]);
  return call("add", [call("mul", [x, spreadPairs(cos, layout)]), turned]);
}

/** A fixed head vector of norm about 1 without symmetry: multiples of the golden ratio modulo 1 (Weyl's sequence). */
export function probeHead(headSize: number, offset: number): Tensor {
  const golden = (Math.sqrt(5) - 1) / 2;
  const scale = Math.sqrt(3 / headSize);
  const values = Float64Array.from({ length: headSize }, (_, i) =>
    Math.fround((2 * (((i + 1 + offset) * golden) % 1) - 1) * scale),
  );
  return makeTensor("float32", [headSize], values);
}

/** The rotated query at every position times the rotated key at position 0, in float32: [positions]. */
function rotatedScore(cos: Tensor, sin: Tensor, layout: Layout): Tensor {
  const headSize = 2 * (cos.shape.at(-1) ?? 0);
  const query = applyRotation(probeHead(headSize, 0), cos, sin, layout);
  return call("sum", [call("mul", [query, probeHead(headSize, headSize)])], { dim: -1 });
}

/** Completes a slice that ends at phases [positions, headSize / 2], cast to float32. */
export function completePhases(phases: Tensor, { layout }: Pick<RopeSettings, "layout">): RopeTables {
  const exact = single(phases);
  const cos = call("cos", [exact]);
  const sin = call("sin", [exact]);
  return { phases: exact, cos, sin, score: rotatedScore(cos, sin, layout) };
}

/** Completes a slice that ends at positions: one-dimensional, any dtype. */
export function completePositions(positions: Tensor, settings: RopeSettings): RopeTables {
  return completePhases(phasesOf(positions, inverseFrequencies(settings)), settings);
}

/** Completes a slice that ends at inverse frequencies, [headSize / 2], with the integer positions. */
export function completeFrequencies(frequencies: Tensor, settings: RopeSettings): RopeTables {
  return completePhases(phasesOf(integerPositions(settings), frequencies), settings);
}
