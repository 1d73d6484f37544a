import { power } from "../../tensors/power.ts";
import { numberResult, type Evaluated, type NumberResult } from "./evaluated.ts";

type Binary = (a: number, b: number) => number;

const arithmetic: Readonly<Record<string, Binary>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b) => a - b * Math.floor(a / b),
  "**": power,
  "<<": (a, b) => a * 2 ** b,
  ">>": (a, b) => Math.floor(a / 2 ** b),
  "&": (a, b) => Number(BigInt(a) & BigInt(b)),
  "|": (a, b) => Number(BigInt(a) | BigInt(b)),
  "^": (a, b) => Number(BigInt(a) ^ BigInt(b)),
};

/** Python's arithmetic on numbers: `/` gives a float, a negative exponent too. */
export function numberBinary(operator: string, a: NumberResult, b: NumberResult): Evaluated {
  const compute = arithmetic[operator];
  if (!compute) return { kind: "unknown" };
  const probe = a.probe || b.probe;
  const value =
    a.value === null || b.value === null ? null : safely(() => compute(a.value ?? 0, b.value ?? 0));
  const integers = a.type !== "float" && b.type !== "float";
  const type = !integers || operator === "/" || (operator === "**" && (b.value ?? 0) < 0) ? "float" : "int";
  const result = numberResult(type, value, probe);
  return a.numpy === true || b.numpy === true ? { ...result, numpy: true } : result;
}

/** Bitwise operators of fractions and the like have no value. */
function safely(compute: () => number): number | null {
  try {
    const value = compute();
    return Number.isNaN(value) ? null : value;
  } catch {
    return null;
  }
}

export function numberUnary(operator: string, operand: NumberResult): Evaluated {
  const { value, probe } = operand;
  const type = operand.type === "bool" ? "int" : operand.type;
  switch (operator) {
    case "-":
      return { ...operand, type, value: value === null ? null : -value };
    case "+":
      return numberResult(type, value, probe);
    case "~":
      return numberResult("int", value === null ? null : -value - 1, probe);
    default:
      return { kind: "unknown" };
  }
}

const compared: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  is: (a, b) => a === b,
  "is not": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** A comparison; of probes it is undecided. */
export function numberCompare(operator: string, a: NumberResult, b: NumberResult): boolean | null {
  const compare = compared[operator];
  if (!compare || a.probe || b.probe || a.value === null || b.value === null) return null;
  return compare(a.value, b.value);
}

interface ScalarFunction {
  readonly type: "int" | "float" | "same";
  readonly compute: (...values: number[]) => number;
}

/** Python rounds halves to even. */
function roundEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

const functions: Readonly<Record<string, ScalarFunction>> = {
  log: {
    type: "float",
    compute: (x, base?: number) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)),
  },
  log2: { type: "float", compute: Math.log2 },
  log10: { type: "float", compute: Math.log10 },
  exp: { type: "float", compute: Math.exp },
  sqrt: { type: "float", compute: Math.sqrt },
  pow: { type: "same", compute: (a, b = 1) => power(a, b) },
  power: { type: "same", compute: (a, b = 1) => power(a, b) },
  floor: { type: "int", compute: Math.floor },
  ceil: { type: "int", compute: Math.ceil },
  trunc: { type: "int", compute: Math.trunc },
  int: { type: "int", compute: Math.trunc },
  int64: { type: "int", compute: Math.trunc },
  int32: { type: "int", compute: Math.trunc },
  float: { type: "float", compute: (x) => x },
  float32: { type: "float", compute: Math.fround },
  float64: { type: "float", compute: (x) => x },
  round: { type: "int", compute: (x, digits = 0) => roundEven(x * power(10, digits)) / power(10, digits) },
  abs: { type: "same", compute: Math.abs },
  fabs: { type: "float", compute: Math.abs },
  sin: { type: "float", compute: Math.sin },
  cos: { type: "float", compute: Math.cos },
  bool: { type: "int", compute: (x) => (x === 0 ? 0 : 1) },
  max: { type: "same", compute: Math.max },
  min: { type: "same", compute: Math.min },
  prod: { type: "same", compute: (x) => x },
  item: { type: "same", compute: (x) => x },
};

/** Scalar functions whose result is an integer whatever goes in. */
export const integerFunctions: ReadonlySet<string> = new Set([
  "int",
  "floor",
  "ceil",
  "trunc",
  "round",
  "int64",
  "int32",
]);

/** A function of Python numbers: math.log, int, max. */
export function scalarFunction(name: string, args: readonly NumberResult[]): Evaluated {
  const row = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!row) return { kind: "unknown" };
  const values = args.flatMap((arg) => (arg.value === null ? [] : [arg.value]));
  const known = values.length === args.length && values.length > 0;
  const floats = args.some((arg) => arg.type === "float");
  const type = row.type === "same" ? (floats ? "float" : "int") : row.type;
  const value = known ? row.compute(...values) : null;
  return numberResult(
    type,
    value !== null && Number.isNaN(value) ? null : value,
    args.some((arg) => arg.probe),
  );
}
