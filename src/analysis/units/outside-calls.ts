import type { Argument, Parameter } from "../../ir/program.ts";
import type { Phase } from "../../ir/graph.ts";
import { passArguments, type PassedArgument } from "../execute/calls.ts";
import { parameterInput } from "../execute/parameters.ts";
import type { Execution } from "../execute/execution.ts";
import { libraryValue } from "../execute/attributes.ts";
import { isGraphNode, Scope, type FunctionValue, type Value } from "../execute/values.ts";

/**
 * A call of a function of this file that stands in another file of the run. Plain data: what is known of the arguments is
 * their own expressions, without spans, as the function that makes the call sees them.
 */
export interface OutsideCall {
  /** The function called; it stands at the top of this file's module. */
  readonly name: string;
  /** Where the call stands, and what it passes, for people. */
  readonly note: string;
  readonly phase: Phase;
  /** False inside a region that mentions autocast: autocast is not held against what it calls. */
  readonly autocast: boolean;
  readonly args: readonly Argument[];
  /** Parameters of the calling function that the arguments name. */
  readonly parameters: readonly Parameter[];
  /** What imports of the calling file bind, as far as the arguments name it. */
  readonly imports: readonly { readonly local: string; readonly path: string }[];
}

/** What is known of a file from outside its text. */
export interface Surroundings {
  /** Where the file lies. */
  readonly path?: string;
  /** Its path is a name only: nothing on this disk belongs to it. */
  readonly detached?: true;
  /** Calls of its functions in other files of the run. */
  readonly calls?: readonly OutsideCall[];
  /** Functions of torch that its package keeps out of zero.Init: `arange`. */
  readonly spared?: Iterable<string>;
  /** What fixes have made of other files, by their real paths. */
  readonly changed?: ReadonlyMap<string, string>;
}

/** In arguments: a value of which nothing is known. */
export const unknownType = "value of another file";
/** In arguments: a tensor or dtype that may well be pinned to float32 before it is passed. */
export const pinnedName = "<pinned>";

/** The arguments of an outside call, as values of this execution. */
export function outsideArguments(
  x: Execution,
  call: OutsideCall,
  target: FunctionValue,
): readonly PassedArgument[] {
  const outer = x.frame;
  const scope = new Scope(null);
  const pinned = x.unknown(unknownType, [], "foreign");
  scope.variables.set(pinnedName, pinned);
  for (const { local, path } of call.imports) scope.variables.set(local, libraryValue(x, path));
  for (const parameter of call.parameters)
    scope.variables.set(parameter.name, parameterInput(x, parameter, scope));
  x.frame = { ...outer, scope };
  const passed = passArguments(x, call.args);
  x.frame = outer;
  x.span = null;
  return passed.map((argument, position) => {
    const parameter =
      argument.name === null
        ? target.definition.parameters[position]
        : target.definition.parameters.find(({ name }) => name === argument.name);
    return parameter
      ? { ...argument, value: asPassed(x, argument.value, parameter, target, pinned) }
      : argument;
  });
}

/**
 * What nothing is known of is no evidence for a low dtype: a tensor or dtype may be float32 there. Anything else is as good as
 * the parameter itself, whose name and default tell its size.
 */
function asPassed(
  x: Execution,
  value: Value,
  parameter: Parameter,
  target: FunctionValue,
  pinned: Value,
): Value {
  if (!isGraphNode(value)) return value;
  const isUnknown = value.what.kind === "call" && value.what.callee === unknownType;
  const own = parameterInput(x, parameter, target.scope);
  if (!isGraphNode(own) || own.what.kind !== "input") return value;
  const annotation = own.what.annotation ?? "";
  const isDtype = /\bdtype\b/.test(annotation) || parameter.name.endsWith("dtype");
  const isTensor = annotation.includes("Tensor");
  const isAttribute = value.what.kind === "attribute" && !value.what.name.endsWith("dtype");
  if (isUnknown) return isDtype || isTensor ? pinned : own;
  // `dtype=pick_dtype(torch.float64, device)`: what a call yields may be anything.
  if (value.what.kind === "call" && (isDtype || isTensor)) return pinned;
  return isAttribute && (isTensor || isDtype) ? pinned : value;
}
