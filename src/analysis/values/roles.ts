import type { Graph, Node } from "../../ir/graph.ts";
import type { InputKinds } from "../evaluate/inputs.ts";
import { rearranging } from "./slice.ts";

/**
 * What a value is to a position embedding, from what it is computed of (names decide nothing here).
 * slope: an ALiBi slope, a power of a base of two; bias: a product of positions with slopes.
 */
export type Role = "position" | "frequency" | "slope" | "phase" | "bias" | "table" | "value" | "none";

const strength: readonly Role[] = [
  "none",
  "position",
  "value",
  "slope",
  "frequency",
  "bias",
  "phase",
  "table",
];

function strongest(roles: readonly Role[]): Role {
  return strength[Math.max(0, ...roles.map((role) => strength.indexOf(role)))] ?? "none";
}

/** Operations that keep what a value is. */
const keeping: ReadonlySet<string> = new Set([
  "cast",
  "index",
  "assign",
  ...rearranging,
  "tile",
  "repeat_interleave",
  "flip",
  "roll",
  "narrow",
  "index_select",
  "gather",
  "cat",
  "stack",
  "chunk",
  "split",
  "unbind",
  "meshgrid",
  "tril",
  "clamp_min",
  "clamp_max",
  "triu",
  "where",
  "masked_fill",
  "clamp",
  "neg",
  "abs",
  "maximum",
  "minimum",
  "floor",
  "ceil",
  "round",
  "cumsum",
  "real",
]);

const products: ReadonlySet<string> = new Set([
  "mul",
  "outer",
  "ger",
  "einsum",
  "matmul",
  "mm",
  "mv",
  "bmm",
  "dot",
  "*",
]);

export function rolesOf(graph: Graph, inputs: InputKinds): ReadonlyMap<number, Role> {
  const roles = new Map<number, Role>();
  for (const node of graph.nodes)
    roles.set(node.id, outsideRole(node, inputs) ?? roleOf(node, (input) => roles.get(input.id) ?? "none"));
  return roles;
}

/** Values from outside that are positions or frequencies: ids of positions, timesteps, a mask that is summed up. */
function outsideRole(node: Node, inputs: InputKinds): Role | null {
  const { kind } = node.what;
  if (kind !== "input" && kind !== "attribute" && kind !== "call") return null;
  const of = inputs.kindOf(node);
  if (of.kind !== "tensor" || of.values === null) return null;
  return of.values.role === "frequencies" ? "frequency" : "position";
}

type RoleOf = (node: Node) => Role;

function roleOf(node: Node, of: RoleOf): Role {
  const { what, inputs } = node;
  switch (what.kind) {
    case "operation":
      return operationRole(node, what.operation, of);
    case "binary":
      return binaryRole(node, what.operator, of);
    case "unary":
    case "stored":
      return inputs[0] ? of(inputs[0]) : "none";
    case "select":
      return strongest(inputs.slice(1).map(of));
    default:
      return "none";
  }
}

function operationRole(node: Node, operation: string, of: RoleOf): Role {
  const roles = node.inputs.map(of);
  if (operation === "range") return "position";
  if (operation === "sin" || operation === "cos") return roles[0] === "none" ? "none" : "table";
  // exp of a linear function of positions is a frequency; a Gaussian is none.
  if (operation === "exp") return roles[0] === "position" ? "frequency" : (roles[0] ?? "none");
  if (operation === "pow") return powerRole(node, of);
  if (operation === "reciprocal") return roles[0] === "position" ? "value" : (roles[0] ?? "none");
  if (products.has(operation)) return productRole(roles);
  if (operation === "div") return quotientRole(roles);
  if (operation === "add" || operation === "sub") return strongest(roles);
  if (keeping.has(operation)) return strongest(roles);
  return roles.some((role) => role !== "none") ? "value" : "none";
}

function binaryRole(node: Node, operator: string, of: RoleOf): Role {
  const roles = node.inputs.map(of);
  switch (operator) {
    case "**":
      return powerRole(node, of);
    case "*":
      return productRole(roles);
    case "/":
    case "//":
      return quotientRole(roles);
    default:
      return strongest(roles);
  }
}

/** base ** (range / dim) is a frequency; 2 ** range and base ** range with whole exponents are slopes. */
function powerRole(node: Node, of: RoleOf): Role {
  const [base, exponent] = node.inputs;
  if (!base || !exponent) return "none";
  if (of(exponent) === "none")
    return of(base) === "none" ? "none" : of(base) === "position" ? "value" : of(base);
  const two = base.what.kind === "number" && Math.abs(base.what.value) <= 2;
  const tensorBase = base.what.kind === "operation" && base.what.operation === "tensor";
  return two || tensorBase || isWhole(exponent) ? "slope" : "frequency";
}

/** Whether an exponent is the range itself, undivided: a decay or a slope, no spread of frequencies. */
function isWhole(exponent: Node): boolean {
  const { what, inputs } = exponent;
  const [first] = inputs;
  switch (what.kind) {
    case "operation":
      return (
        what.operation === "range" || (keeping.has(what.operation) && first !== undefined && isWhole(first))
      );
    case "unary":
      return first !== undefined && isWhole(first);
    case "binary":
      return (
        (what.operator === "+" || what.operator === "-") &&
        inputs.every((side) => side.what.kind === "number" || isWhole(side))
      );
    default:
      return false;
  }
}

function productRole(roles: readonly Role[]): Role {
  if (roles.includes("table")) return "table";
  const positions = roles.includes("position") || roles.includes("value");
  if (roles.includes("frequency"))
    return positions ? "phase" : roles.includes("phase") ? "phase" : "frequency";
  if (roles.includes("slope")) return positions ? "bias" : "slope";
  return strongest(roles);
}

/** position / wavelength is a phase; 1 / (base ** t) stays a frequency. */
function quotientRole([left = "none", right = "none"]: readonly Role[]): Role {
  if (right === "frequency") return left === "position" || left === "value" ? "phase" : "frequency";
  if (right === "slope") return left === "position" ? "bias" : "slope";
  return left === "none" && right !== "none" ? "value" : left;
}
