import type { Parameter } from "../../ir/program.ts";
import type { PassedArgument } from "./calls.ts";
import { dialectOfClass, findMember, isModule, lineage, takesFields } from "./classes.ts";
import { limits, type Execution } from "./execution.ts";
import { invoke } from "./invoke.ts";
import { parameterInput } from "./parameters.ts";
import { isGraphNode, type ClassValue, type InstanceValue, type Value } from "./values.ts";

/** A new object of a class of the module; its `__init__` is executed here and now. */
export function instantiate(x: Execution, of: ClassValue, args: readonly PassedArgument[]): Value {
  // Constructors and `forward` of modules are taken as given: such an object is a layer like a library's.
  if (isLayer(x, of)) return x.node({ kind: "layer", path: of.definition.name });
  if (x.depth >= limits.depth)
    return x.unknown(
      of.definition.name,
      args.map((arg) => arg.value),
      "ambient",
    );
  const instance = createInstance(x, of, args);
  const initialiser = findMember(of, "__init__");
  if (initialiser && !isGraphNode(initialiser) && initialiser.kind === "function")
    invoke(x, { ...initialiser, self: instance }, args);
  return instance;
}

/** A class that the framework calls on data: the method that it calls is there. */
function isLayer(x: Execution, of: ClassValue): boolean {
  const dialect = dialectOfClass(x, of);
  if (!dialect) return findMember(of, "forward") !== null;
  return isModule(of) && dialect.forward.some((name) => findMember(of, name) !== null);
}

export function createInstance(
  x: Execution,
  of: ClassValue,
  args: readonly PassedArgument[] = [],
): InstanceValue {
  x.instances += 1;
  const name = x.instances === 1 ? "self" : `${of.definition.name}#${String(x.instances)}`;
  const node = x.node({ kind: "input", name, annotation: of.definition.name, initial: null });
  x.heap.set(x.instances, fieldsOf(x, of, args));
  return { kind: "instance", id: x.instances, of, node };
}

/** Annotated class attributes that are arguments of the constructor (Flax): what is passed, else a value from outside. */
function fieldsOf(x: Execution, of: ClassValue, args: readonly PassedArgument[]): Map<string, Value> {
  const fields = new Map<string, Value>();
  if (!takesFields(x, of)) return fields;
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  for (const { definition, scope } of [...lineage(of)].reverse()) {
    for (const statement of definition.body) {
      const [target] = statement.kind === "assign" ? statement.targets : [];
      if (statement.kind !== "assign" || !statement.annotation || target?.kind !== "name") continue;
      const { name } = target;
      const passed = args.find((arg) => arg.name === name)?.value ?? positional.shift();
      const parameter: Parameter = {
        name,
        form: "plain",
        annotation: statement.annotation,
        initial: statement.value,
        span: statement.span,
      };
      fields.set(name, passed ?? parameterInput(x, parameter, scope));
    }
  }
  return fields;
}
