import type { Api } from "../../frontends/dialects/torch-operations.ts";
import type { AttributeValue } from "../../ir/graph.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { isNone, type Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

/** Binds arguments to an API's parameters by position and name; null where they do not fit. */
export function bindArguments(
  api: Pick<Api, "parameters" | "variadic">,
  args: readonly PassedArgument[],
): Map<string, Value> | null {
  if (args.some((arg) => arg.name === "*")) return null;
  const bound = new Map<string, Value>();
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  for (const name of api.parameters) {
    if (name === api.variadic) {
      const [first] = positional;
      if (first === undefined) continue;
      const whole = !isGraphNode(first) && (first.kind === "tuple" || first.kind === "shape");
      bound.set(name, whole ? first : { kind: "tuple", form: "tuple", items: positional.splice(0) });
      if (whole) positional.shift();
      continue;
    }
    const value = positional.shift();
    if (value) bound.set(name, value);
  }
  const names = args.flatMap(({ name }) => (name === null ? [] : [name]));
  // Python refuses one keyword given twice.
  if (positional.length > 0 || new Set(names).size < names.length) return null;
  for (const arg of args)
    if (arg.name !== null) bound.set(canonicalKeyword(arg.name, api.parameters), arg.value);
  return bound;
}

/** torch accepts numpy's keyword names too. */
function canonicalKeyword(name: string, parameters: readonly string[]): string {
  if (parameters.includes(name)) return name;
  const synonyms: Readonly<Record<string, readonly string[]>> = {
    axis: ["dim", "dims"],
    exponent: ["other"],
    mat2: ["other"],
    vec2: ["other"],
    tensor: ["other"],
    x: ["input"],
    self: ["input"],
    sizes: ["shape", "size"],
    size: ["shape"],
    keepdims: ["keepdim"],
    a_min: ["min"],
    a_max: ["max"],
  };
  return synonyms[name]?.find((candidate) => parameters.includes(candidate)) ?? name;
}

export function applyApi(
  x: Execution,
  api: Api,
  name: string,
  args: readonly PassedArgument[],
  inplace: boolean,
): Value {
  const bound = bindArguments(api, args);
  if (!bound) return x.unknown(name, values(args), "ambient");
  const absent = api.operands.filter((operand) => isAbsent(bound.get(operand)));
  const [missing] = absent;
  const operation = missing === undefined ? api.operation : api.without[missing];
  if (operation === undefined || absent.length > 1) return x.unknown(name, values(args), "ambient");
  const attributes: Record<string, AttributeValue> = {};
  for (const [attribute, parameterName] of Object.entries(api.attributes)) {
    const value = bound.get(parameterName);
    if (value && !isNone(value)) attributes[attribute] = attributeValue(x, value);
  }
  const inputs = api.operands.flatMap((operand) => {
    const value = bound.get(operand);
    return value && operand !== missing ? [x.asNode(value)] : [];
  });
  return x.node({ kind: "operation", operation, api: name, inplace }, inputs, attributes);
}

function isAbsent(value: Value | undefined): boolean {
  return value === undefined || isNone(value);
}

export function attributeValue(x: Execution, value: Value): AttributeValue {
  if (!isGraphNode(value) && value.kind === "tuple")
    return value.items.map((item) => attributeValue(x, item));
  if (!isGraphNode(value) && value.kind === "shape") {
    const rank = [...value.of.names].find((name) => name.startsWith("rank:"));
    if (rank !== undefined)
      return Array.from({ length: Number(rank.slice(5)) }, (_, dim) =>
        x.node({ kind: "shape-of", dim }, [value.of]),
      );
    return [x.node({ kind: "attribute", name: "shape" }, [value.of])];
  }
  return x.asNode(value);
}
