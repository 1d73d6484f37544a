import type { AttributeValue, Node } from "../../ir/graph.ts";
import { attributeValue, bindArguments } from "./api-calls.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { isNone, type Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

const arangeParameters = {
  parameters: ["start", "end", "step", "out", "dtype", "layout", "device"],
  variadic: null,
};

/** arange(end), arange(start, end), arange(start, end, step). */
export function arange(x: Execution, args: readonly PassedArgument[], api: string): Value {
  const positional = args.filter((arg) => arg.name === null);
  const single = positional.length === 1 && !args.some((arg) => arg.name === "start" || arg.name === "end");
  const bound = bindArguments(
    arangeParameters,
    single ? args.map((arg) => (arg.name === null ? { ...arg, name: "end" } : arg)) : args,
  );
  if (!bound?.has("end")) return x.unknown("torch.arange", values(args), "ambient");
  const operands = [bound.get("start") ?? x.number(0), bound.get("end"), bound.get("step") ?? x.number(1)];
  return x.node(
    { kind: "operation", operation: "range", api, inplace: false },
    operands.map((operand) => x.asNode(operand ?? x.none())),
    options(x, bound),
  );
}

/** dtype and device of a constructor, where given. */
function options(x: Execution, bound: ReadonlyMap<string, Value>): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of ["dtype", "device"]) {
    const value = bound.get(name);
    if (value && !isNone(value)) attributes[name] = attributeValue(x, value);
  }
  return attributes;
}

/** torch.tensor(data): nested lists of numbers become operands; data from elsewhere stays what it is. */
export function tensor(x: Execution, args: readonly PassedArgument[], api: string): Value {
  const bound = bindArguments(
    { parameters: ["data", "dtype", "device", "requires_grad"], variadic: null },
    args,
  );
  const data = bound?.get("data");
  if (!bound || !data) return x.unknown(`torch.${api}`, values(args), "ambient");
  const flat = flatten(data);
  if (!flat) {
    const opaque = x.unknown(`torch.${api}`, [data], "foreign");
    return bound.has("dtype")
      ? x.node({ kind: "operation", operation: "cast", api, inplace: false }, [opaque], options(x, bound))
      : opaque;
  }
  const shape = flat.shape.map((size) => x.number(size));
  return x.node({ kind: "operation", operation: "tensor", api, inplace: false }, flat.items, {
    shape,
    ...options(x, bound),
  });
}

function flatten(data: Value): { shape: readonly number[]; items: readonly Node[] } | null {
  if (isGraphNode(data)) return { shape: [], items: [data] };
  if (data.kind !== "tuple") return null;
  const parts = data.items.map(flatten);
  const first = parts[0];
  const whole = parts.flatMap((part) => (part && part.shape.join() === first?.shape.join() ? [part] : []));
  if (!first || whole.length !== parts.length) return null;
  return { shape: [parts.length, ...first.shape], items: whole.flatMap((part) => part.items) };
}

/** torch.Tensor(2, 3) is an empty tensor of that size, torch.Tensor([2, 3]) holds the data; both in the default dtype. */
export function newTensor(x: Execution, args: readonly PassedArgument[]): Value {
  const [first] = values(args);
  const dtype = { name: "dtype", value: x.node({ kind: "default-dtype" }) };
  if (first && !isGraphNode(first) && first.kind === "tuple") return tensor(x, [...args, dtype], "Tensor");
  const shape = values(args).map((size) => attributeValue(x, size));
  return x.node({ kind: "operation", operation: "empty", api: "Tensor", inplace: false }, [], {
    shape,
    dtype: dtype.value,
  });
}

/** torch.FloatTensor(data): the dtype is in the name; zero.Init does not wrap it. */
export function tensorOfType(x: Execution, dtype: string, args: readonly PassedArgument[]): Value {
  const [data] = values(args);
  if (!data) return x.unknown("torch.tensor", values(args), "ambient");
  return tensor(
    x,
    [
      { name: null, value: data },
      { name: "dtype", value: x.node({ kind: "dtype", dtype }) },
    ],
    "FloatTensor",
  );
}
