import { tensorTypes } from "../../frontends/dialects/torch.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import type { Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

/** `torch.set_default_dtype(d)`: from here on the default dtype is what the text says, whatever the environment's is. */
export function setDefaultDtype(x: Execution, args: readonly PassedArgument[]): Value {
  const [dtype] = values(args);
  if (dtype) x.defaultDtype = x.asNode(dtype);
  return x.none();
}

/** `torch.set_default_tensor_type(torch.FloatTensor)`, by the type or by its name. */
export function setDefaultTensorType(x: Execution, args: readonly PassedArgument[]): Value {
  const [type] = values(args);
  const name = type ? nameOf(type) : "";
  const dtype = tensorTypes[name.slice(name.lastIndexOf(".") + 1)];
  if (dtype !== undefined) x.defaultDtype = x.node({ kind: "dtype", dtype });
  return x.none();
}

function nameOf(type: Value): string {
  if (!isGraphNode(type)) return type.kind === "library" ? type.path : "";
  return type.what.kind === "constant" ? String(type.what.value) : "";
}
