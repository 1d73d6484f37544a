import { bindArguments } from "./api-calls.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { literal, type Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

export function joined(x: Execution, operation: "cat" | "stack", args: readonly PassedArgument[]): Value {
  const bound = bindArguments({ parameters: ["tensors", "dim"], variadic: null }, args);
  const tensors = bound?.get("tensors");
  if (!bound || !tensors || isGraphNode(tensors) || tensors.kind !== "tuple")
    return x.unknown(`torch.${operation}`, values(args), "ambient");
  const dim = bound.get("dim") ?? bound.get("axis");
  const attributes = { dim: dim ? x.asNode(dim) : x.number(0) };
  return x.node(
    { kind: "operation", operation, api: operation, inplace: false },
    tensors.items.map((item) => x.asNode(item)),
    attributes,
  );
}

export function meshgrid(x: Execution, args: readonly PassedArgument[]): Value {
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  const [first] = positional;
  const tensors =
    positional.length === 1 && first && !isGraphNode(first) && first.kind === "tuple"
      ? first.items
      : positional;
  const indexing = args.find((arg) => arg.name === "indexing")?.value;
  const operands = tensors.map((item) => x.asNode(item));
  const text =
    indexing && isGraphNode(indexing) && indexing.what.kind === "constant" ? indexing.what.value : "ij";
  const items = operands.map((_, piece) =>
    x.node({ kind: "operation", operation: "meshgrid", api: "meshgrid", inplace: false }, operands, {
      indexing: typeof text === "string" ? text : "ij",
      piece: x.number(piece),
    }),
  );
  return { kind: "tuple", form: "tuple", items };
}

export function einsum(x: Execution, args: readonly PassedArgument[]): Value {
  const [equation, ...operands] = values(args);
  const text =
    equation && isGraphNode(equation) && equation.what.kind === "constant" ? equation.what.value : null;
  if (typeof text !== "string") return x.unknown("torch.einsum", values(args), "linear");
  const [only] = operands;
  const list =
    operands.length === 1 && only && !isGraphNode(only) && only.kind === "tuple" ? only.items : operands;
  return x.node(
    { kind: "operation", operation: "einsum", api: "einsum", inplace: false },
    list.map((item) => x.asNode(item)),
    { equation: text },
  );
}

/** chunk, split and unbind give several tensors; how many is known from literals or from what they are unpacked into. */
export function pieces(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const bound = bindArguments(
    { parameters: ["input", ...(name === "unbind" ? ["dim"] : ["sizes", "dim"])], variadic: null },
    args,
  );
  const input = bound?.get("input");
  const count = name === "chunk" ? literal(bound?.get("sizes") ?? bound?.get("chunks")) : null;
  if (!bound || !input || count === null || count > 16)
    return x.unknown(`torch.${name}`, values(args), "ambient");
  const dim = bound.get("dim");
  const items = Array.from({ length: count }, (_, piece) =>
    x.node({ kind: "operation", operation: "chunk", api: "chunk", inplace: false }, [x.asNode(input)], {
      sizes: x.number(count),
      dim: dim ? x.asNode(dim) : x.number(0),
      piece: x.number(piece),
    }),
  );
  return { kind: "tuple", form: "tuple", items };
}
