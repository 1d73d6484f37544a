import type { Call, Expr } from "../../ir/program.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { isGraphNode } from "./values.ts";

/** Context managers and decorators that switch autocast, with the positions of their arguments. */
const switches: Readonly<Record<string, { readonly enabled: number; readonly dtype: number }>> = {
  "torch.autocast": { dtype: 1, enabled: 2 },
  "torch.amp.autocast": { dtype: 1, enabled: 2 },
  "torch.amp.autocast_mode.autocast": { dtype: 1, enabled: 2 },
  "torch.cuda.amp.autocast": { enabled: 0, dtype: 1 },
  "torch.cuda.amp.autocast_mode.autocast": { enabled: 0, dtype: 1 },
};

/** Whether code inside this context keeps full precision: `enabled=False`, or autocast to float32. */
export function disablesAutocast(x: Execution, context: Expr): boolean {
  if (context.kind !== "call") return false;
  const callee = evaluate(x, context.callee);
  const positions = !isGraphNode(callee) && callee.kind === "library" ? switches[callee.path] : undefined;
  if (!positions) return false;
  const enabled = argument(x, context, "enabled", positions.enabled);
  if (enabled && isGraphNode(enabled) && enabled.what.kind === "constant" && enabled.what.value === false)
    return true;
  const dtype = argument(x, context, "dtype", positions.dtype);
  return (
    dtype !== null && isGraphNode(dtype) && dtype.what.kind === "dtype" && dtype.what.dtype === "float32"
  );
}

function argument(
  x: Execution,
  context: Call,
  name: string,
  position: number,
): ReturnType<typeof evaluate> | null {
  const named = context.args.find((arg) => arg.name === name);
  const positional = context.args.filter((arg) => arg.name === null && arg.spread === "")[position];
  const found = named ?? positional;
  return found ? evaluate(x, found.value) : null;
}
