import type { Node } from "../ir/graph.ts";
import { exactSetting, plainSetting, type Setting } from "../analysis/environments.ts";
import type { Evaluated } from "../analysis/evaluate/evaluated.ts";
import type { AnalysedUnit, Ending } from "../analysis/analysed-unit.ts";
import { positionSide } from "../analysis/matching/angle-products.ts";
import { usesTf32 } from "../analysis/evaluate/compute.ts";
import { roundToTf32 } from "../analysis/evaluate/results.ts";
import { feedsFrequency, isProduct, meetingOf } from "../analysis/matching/products.ts";
import { closureOf } from "../analysis/values/slice.ts";
import { operations } from "../tensors/operations.ts";
import { isComplex } from "../tensors/dtype.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { Metrics } from "./finding.ts";
import type { Movement } from "./levels.ts";
import { isIdentical, isWholeNumbers, movementOf } from "./outputs.ts";
import { completedErrors } from "./reference.ts";

/** Where figures are taken: one unit before or after a rewrite, under the choices of one path. */
export interface Place {
  readonly unit: AnalysedUnit;
  readonly range: Node | null;
  readonly choices: ReadonlyMap<number, boolean>;
  /** Roots whose written low dtype the reference reads as float32. */
  readonly writtenLow: ReadonlySet<number>;
  /** Outputs with the node of the original that each corresponds to. */
  readonly outputs: readonly { readonly original: Node; readonly node: Node | null }[];
}

/** Figures of one evaluation against plain and against float64 of the original (docs/verdicts.md, "All figures of one finding"). */
export function metricsOf(place: Place, original: Place, setting: Setting): Metrics {
  const here = place.unit.numbers(setting, place.choices);
  const plain = original.unit.numbers(plainSetting, original.choices);
  const reference = original.unit.reference(original.writtenLow, original.choices);
  const exact = original.unit.numbers(exactSetting, original.choices);
  const values = place.outputs.map(({ original: node, node: own }) => ({
    role: original.unit.endingOf(node),
    plain: plain.value(node),
    reference: reference.value(node),
    exact: exact.value(node),
    value: own === null ? ({ kind: "unknown" } as const) : here.value(own),
  }));
  const movements = values.map((output) => movementOf(output.reference, output.value, output.role));
  const worst = movements.reduce<Movement | null>((a, b) => (a === null || b.moved > a.moved ? b : a), null);
  const counts = place.range ? countsOf(place.unit, place.range, setting, place.choices) : null;
  const raised = values.find((output) => output.value.kind === "raises")?.value;
  return {
    distinct: counts?.distinct ?? null,
    first_collision: counts?.firstCollision ?? null,
    ...(angleErrors(place, original, setting) ?? completedAngleErrors(values)),
    max_abs_value_error: largest(
      values
        .filter((output) => output.role !== "phase" && output.role !== "table")
        .map((output) => errorOf(output.exact, output.value)),
    ),
    moved: worst ? worst.moved : null,
    worst_index: worst?.worst ?? null,
    result_dtype: worst?.dtype ?? null,
    nonfinite: movements.reduce((sum, movement) => sum + movement.nonfinite, 0),
    bit_identical_to_plain: values.every((output) => isIdentical(output.plain, output.value)),
    raises: raised?.kind === "raises" ? raised.message : worst?.moved === Infinity ? worst.problem : null,
  };
}

function largest(errors: readonly (number | null)[]): number | null {
  const known = errors.filter((error) => error !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Largest finite |value - exact|. */
function errorOf(exact: Evaluated, value: Evaluated): number | null {
  if (exact.kind !== "tensor" || value.kind !== "tensor" || !exact.data || !value.data) return null;
  if (exact.data.data.length !== value.data.data.length) return null;
  const known = errorsBefore.get(exact.data) ?? new WeakMap<Tensor, number>();
  errorsBefore.set(exact.data, known);
  const error = known.get(value.data) ?? largestDistance(exact.data.data, value.data.data);
  known.set(value.data, error);
  return error;
}

/** Errors by what is compared: evaluations share most of their tensors. */
const errorsBefore = new WeakMap<Tensor, WeakMap<Tensor, number>>();

function largestDistance(exact: Float64Array, value: Float64Array): number {
  let error = 0;
  for (let i = 0; i < exact.length; i++) {
    const distance = Math.abs((value[i] ?? 0) - (exact[i] ?? 0));
    if (distance > error && distance !== Infinity) error = distance;
  }
  return error;
}

type AngleErrors = Pick<Metrics, "max_abs_phase_error" | "max_abs_cos_error" | "max_abs_sin_error">;

/** Errors of the phases, cosines and sines inside the slice; null where it has none. */
function angleErrors(place: Place, original: Place, setting: Setting): AngleErrors | null {
  const errors: { phase: (number | null)[]; cos: (number | null)[]; sin: (number | null)[] } = {
    phase: [],
    cos: [],
    sin: [],
  };
  if (original.range) {
    const here = place.unit.numbers(setting, place.choices);
    const exact = original.unit.numbers(exactSetting, original.choices);
    const { byKey } = place.unit;
    for (const node of closureOf(original.range, original.unit.uses)) {
      const kind = angleKind(original.unit, node);
      const same = byKey.get(original.unit.keys.get(node.id) ?? "");
      const own = kind === null ? undefined : node === original.range ? (place.range ?? same) : same;
      if (kind !== null && own) errors[kind].push(errorOf(exact.value(node), here.value(own)));
    }
  }
  // Beyond an argument that is not known nothing is: there the slice ends, and the reference kernel goes on.
  if (Object.values(errors).every((list) => list.every((error) => error === null))) return null;
  return {
    max_abs_phase_error: largest(errors.phase),
    max_abs_cos_error: largest(errors.cos),
    max_abs_sin_error: largest(errors.sin),
  };
}

/** Errors where the slice ends at positions or frequencies: of the tables that the reference kernel makes of them. */
function completedAngleErrors(
  values: readonly { readonly role: Ending; readonly exact: Evaluated; readonly value: Evaluated }[],
): AngleErrors {
  const errors = values.flatMap(({ role, exact, value }) => {
    if (role !== "position" && role !== "frequency") return [];
    if (exact.kind !== "tensor" || value.kind !== "tensor" || !exact.data || !value.data) return [];
    if (role === "position" && !isWholeNumbers(exact.data)) return [];
    if (exact.data.data.length === 0) return [];
    if (exact.data.data.length !== value.data.data.length) return [];
    return [completedErrors(role, exact.data.data, value.data.data)];
  });
  return {
    max_abs_phase_error: largest(errors.map((error) => error.phase)),
    max_abs_cos_error: largest(errors.map((error) => error.cos)),
    max_abs_sin_error: largest(errors.map((error) => error.sin)),
  };
}

function angleKind(unit: AnalysedUnit, node: Node): "phase" | "cos" | "sin" | null {
  if (node.what.kind === "operation" && node.what.operation === "cos") return "cos";
  if (node.what.kind === "operation" && node.what.operation === "sin") return "sin";
  return unit.roleOf(node) === "phase" ? "phase" : null;
}

interface Counts {
  readonly distinct: number;
  readonly firstCollision: number | null;
}

/** More elements than this are no sequence of positions but a matrix of them, or a probe far from any model. */
const maximumCounted = 1_000_000;

/** Distinct values of the tensor that enters the product with the frequencies, after the promotion of the product itself. */
function countsOf(
  unit: AnalysedUnit,
  range: Node,
  setting: Setting,
  choices: ReadonlyMap<number, boolean>,
): Counts | null {
  if (isProduct(range)) return countsOfProduct(unit, range, setting, choices);
  if (unit.roleOf(range) !== "position" || feedsFrequency(unit, range)) return null;
  if (sizeOf(unit, range, setting, choices) > maximumCounted) return null;
  const meeting = meetingOf(unit, range);
  const evaluator = unit.whole(setting, choices);
  const full = evaluator.value(range);
  if (full.kind !== "tensor" || full.data === null) return null;
  // Rows and columns repeat each other's values: nothing collides there.
  if (full.data.shape.filter((length) => length > 1).length > 1) return null;
  const side =
    meeting && sizeOf(unit, meeting.side, setting, choices) <= maximumCounted
      ? evaluator.value(meeting.side)
      : full;
  if (side.kind !== "tensor" || side.data === null) return null;
  const product = meeting ? unit.dtypes(setting).value(meeting.product) : null;
  const entering =
    product?.kind === "tensor" && product.dtype !== null ? castTo(side.data, product.dtype) : side.data;
  return count(
    entering.data.length % full.data.data.length === 0
      ? oneAxis(entering, full.data.data.length)
      : entering.data,
  );
}

/** The same where the root is that product itself: positions as its cast hands them on. */
function countsOfProduct(
  unit: AnalysedUnit,
  product: Node,
  setting: Setting,
  choices: ReadonlyMap<number, boolean>,
): Counts | null {
  const side = positionSide(unit, product);
  if (!side || sizeOf(unit, side, setting, choices) > maximumCounted) return null;
  const evaluator = unit.whole(setting, choices);
  const [positions, result] = [evaluator.value(side), evaluator.value(product)];
  if (positions.kind !== "tensor" || !positions.data || result.kind !== "tensor" || result.dtype === null)
    return null;
  const rounds = setting.environment.tf32 && usesTf32(product);
  const handed = rounds ? roundToTf32(positions) : positions;
  if (handed.kind !== "tensor" || !handed.data) return null;
  const entering = castTo(handed.data, result.dtype);
  const longest = Math.max(1, ...entering.shape);
  // Coordinates along several axes are no sequence in which a first collision means anything.
  return entering.data.length === longest ? count(entering.data) : null;
}

/** Elements of a value when nothing is sampled. */
function sizeOf(
  unit: AnalysedUnit,
  node: Node,
  setting: Setting,
  choices: ReadonlyMap<number, boolean>,
): number {
  const value = unit.numbers(setting, choices).value(node);
  return value.kind === "tensor" && value.data
    ? value.data.shape.reduce((product, length) => product * length, 1)
    : Infinity;
}

function castTo(tensor: Tensor, dtype: Tensor["dtype"]): Tensor {
  // Positions that meet complex frequencies become their real part as they are.
  if (tensor.dtype === dtype || isComplex(dtype)) return tensor;
  const semantics = { defaultDtype: "float32", scalars: "rounded", ranges: "blocks" } as const;
  return operations.cast.compute(
    [{ kind: "tensor", dtype: tensor.dtype, rank: tensor.shape.length, data: tensor }],
    { dtype },
    dtype,
    semantics,
  );
}

/** A vector repeated along other axes of one value each is the vector. */
function oneAxis(tensor: Tensor, length: number): Float64Array {
  const axis = tensor.shape.indexOf(length);
  if (axis < 0) return tensor.data;
  const inner = tensor.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return Float64Array.from({ length }, (_, i) => tensor.data[i * inner] ?? 0);
}

function count(values: Float64Array): Counts {
  return countInOrder(values) ?? countAnyhow(values);
}

/** Positions mostly go up or down, and then equal values are neighbours: a million of them cost a millisecond. Null where they do not. */
function countInOrder(values: Float64Array): Counts | null {
  const sign = (values[values.length - 1] ?? 0) < (values[0] ?? 0) ? -1 : 1;
  let distinct = Math.min(1, values.length);
  let firstCollision: number | null = null;
  for (let i = 1; i < values.length; i++) {
    const step = sign * ((values[i] ?? 0) - (values[i - 1] ?? 0));
    // A difference of infinities is none either.
    if (!(step >= 0)) return null;
    if (step > 0) distinct++;
    else firstCollision ??= i;
  }
  return { distinct, firstCollision };
}

function countAnyhow(values: Float64Array): Counts {
  const seen = new Set<number>();
  let firstCollision: number | null = null;
  values.forEach((value, index) => {
    if (seen.has(value)) firstCollision ??= index;
    seen.add(value);
  });
  return { distinct: seen.size, firstCollision };
}
