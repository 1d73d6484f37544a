import { nameValue } from "./assignments.ts";
import { attribute } from "./attributes.ts";
import { callValue, type PassedArgument } from "./calls.ts";
import { boundMember, findInBases, memberAfter } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { isGraphNode, type ClassValue, type InstanceValue, type Value } from "./values.ts";

/** Methods of modules that return the module. */
const yieldSelf: ReadonlySet<string> = new Set(["to", "float", "half", "eval", "cuda", "train"]);

export function superValue(x: Execution): Value {
  const { owner, self } = x.frame;
  return owner && self ? { kind: "super", self, after: owner } : x.unknown("super");
}

export function callOnInstance(
  x: Execution,
  object: InstanceValue,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const values = args.map((arg) => arg.value);
  if (name === "register_buffer" || name === "register_parameter") {
    return register(x, object, name === "register_buffer" ? "buffer" : "parameter", args);
  }
  const target = attribute(x, object, name);
  if (isGraphNode(target) && target.what.kind === "attribute") {
    if (yieldSelf.has(name)) return object;
    return x.unknown(`self.${name}`, values);
  }
  return callValue(x, target, args, `self.${name}`);
}

/** `self.register_buffer("name", tensor)`: kept in the module, so a cast of the module rounds it. */
function register(
  x: Execution,
  object: InstanceValue,
  form: "buffer" | "parameter",
  args: readonly PassedArgument[],
): Value {
  const named = (name: string, position: number): Value | undefined =>
    args.find((arg) => arg.name === name)?.value ?? args.filter((arg) => arg.name === null)[position]?.value;
  const key = named("name", 0);
  const value = named(form === "buffer" ? "tensor" : "param", 1);
  const name = key && isGraphNode(key) && key.what.kind === "constant" ? key.what.value : null;
  if (typeof name !== "string" || !value) return x.none();
  nameValue(x, value, name);
  const attributes = new Map(x.heap.get(object.id));
  attributes.set(name, x.node({ kind: "stored", form, name }, [x.asNode(value)]));
  x.heap.set(object.id, attributes);
  return x.none();
}

export function callSuper(
  x: Execution,
  self: Value,
  after: ClassValue,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const member =
    !isGraphNode(self) && self.kind === "instance"
      ? memberAfter(self.of, after, name)
      : findInBases(after, name);
  if (!member)
    return name === "__init__"
      ? x.none()
      : x.unknown(
          `super().${name}`,
          args.map((arg) => arg.value),
        );
  const bound = boundMember(x, member, after, !isGraphNode(self) && self.kind === "instance" ? self : null);
  return callValue(x, bound, args, name);
}
