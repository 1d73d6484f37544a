import type { Expr } from "../../ir/program.ts";
import type { Node } from "../../ir/graph.ts";
import { visitStatements } from "../../ir/walk.ts";
import type { DType } from "../../tensors/dtype.ts";
import { lowDTypes } from "../environments.ts";
import type { PassedArgument } from "./calls.ts";
import { isNone, type Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import {
  isGraphNode,
  type FunctionValue,
  type LibraryValue,
  type RegionValue,
  type Value,
} from "./values.ts";

/** Positions of the arguments of what switches autocast. */
interface Switch {
  readonly enabled: number;
  readonly dtype: number;
}

const switches: Readonly<Record<string, Switch>> = {
  "torch.autocast": { dtype: 1, enabled: 2 },
  "torch.amp.autocast": { dtype: 1, enabled: 2 },
  "torch.amp.autocast_mode.autocast": { dtype: 1, enabled: 2 },
  "torch.cuda.amp.autocast": { enabled: 0, dtype: 1 },
  "torch.cuda.amp.autocast_mode.autocast": { enabled: 0, dtype: 1 },
  "torch.cpu.amp.autocast": { enabled: 0, dtype: 1 },
};

/** Decorators that cast arguments, once, and then run what they decorate without autocast. */
const castingDecorators: ReadonlySet<string> = new Set([
  "torch.amp.custom_fwd",
  "torch.cuda.amp.custom_fwd",
  "torch.cuda.amp.autocast_mode.custom_fwd",
]);

/** Decorators of other files that say that what they decorate runs in float32: force_fp32 of mmcv, full_precision. */
const singleDecorator = /(^|_)(fp32|float32|full_precision|no_autocast)(_|$)/i;

/** Contexts that leave autocast as it is. */
const neutral: ReadonlySet<string> = new Set(["contextlib.nullcontext", "contextlib.suppress"]);

/** Wrappers that libraries keep round autocast: maybe_autocast, safe_autocast. What they switch is told by `enabled=`. */
const wrapperName = /autocast/i;

/** What a call of a library makes of autocast, or null where it is no such call. */
export function regionOf(path: string, args: readonly PassedArgument[]): RegionValue | null {
  const known = Object.hasOwn(switches, path) ? switches[path] : undefined;
  if (known) return switchedRegion(args, known);
  if (neutral.has(path)) return region(null);
  if (castingDecorators.has(path)) return region(castsInputs(args) ? false : null);
  const isWrapper = wrapperName.test(path.slice(path.lastIndexOf(".") + 1));
  return isWrapper && !path.startsWith("torch.") ? wrapperRegion(args) : null;
}

function region(autocast: boolean | null, to: DType | null = null): RegionValue {
  return { kind: "region", autocast, to };
}

/** One that is on for a low dtype that the text names is on wherever the code runs. */
function switchedRegion(args: readonly PassedArgument[], places: Switch): RegionValue {
  const autocast = switched(args, places);
  const target = argument(args, "dtype", places.dtype);
  const named = target && isGraphNode(target) && target.what.kind === "dtype" ? target.what.dtype : null;
  return region(autocast, autocast === true ? (lowDTypes.find((low) => low === named) ?? null) : null);
}

/** Off by `enabled=False`, or by a dtype that is none to autocast to. */
function switched(args: readonly PassedArgument[], { enabled, dtype }: Switch): boolean | null {
  const [flag, target] = [argument(args, "enabled", enabled), argument(args, "dtype", dtype)];
  if ((flag && holds(flag, isFalse)) || (target && holds(target, isSingle))) return false;
  return flag === null || holds(flag, isTrue) ? true : null;
}

/** Of a wrapper from elsewhere only the arguments are known. */
function wrapperRegion(args: readonly PassedArgument[]): RegionValue | null {
  const flag = argument(args, "enabled", args.length === 1 ? 0 : Infinity);
  const target = argument(args, "dtype", Infinity);
  const isOff = (flag && holds(flag, isFalse)) ?? (target && holds(target, isSingle)) ?? false;
  return isOff ? region(false) : null;
}

function castsInputs(args: readonly PassedArgument[]): boolean {
  return args.some(({ name, value }) => name === "cast_inputs" && !isNone(value));
}

function argument(args: readonly PassedArgument[], name: string, position: number): Value | null {
  const named = args.find((arg) => arg.name === name);
  const positional = args.filter((arg) => arg.name === null)[position];
  return (named ?? positional)?.value ?? null;
}

/** Whether a value, or an arm of the branch that it comes from, is one for which the test holds. */
function holds(value: Value, test: (node: Node) => boolean): boolean {
  if (!isGraphNode(value)) return false;
  return value.what.kind === "select" ? value.inputs.slice(1).some((arm) => holds(arm, test)) : test(value);
}

function isFalse({ what }: Node): boolean {
  return what.kind === "constant" && what.value === false;
}

function isTrue({ what }: Node): boolean {
  return what.kind === "constant" && what.value === true;
}

function isSingle({ what }: Node): boolean {
  return what.kind === "dtype" && what.dtype === "float32";
}

/** `partial(torch.autocast, "cuda")`: the switch itself, with arguments to come first. */
export function partialSwitch(args: readonly PassedArgument[]): LibraryValue | null {
  const [first, ...rest] = args;
  const target = first?.value;
  if (!target || isGraphNode(target) || target.kind !== "library") return null;
  const isSwitch = Object.hasOwn(switches, target.path) || castingDecorators.has(target.path);
  return isSwitch ? { ...target, bound: [...(target.bound ?? []), ...rest] } : null;
}

/** Enters a context: autocast is as it says from here on. */
export function enterRegion(x: Execution, context: Value): void {
  if (isGraphNode(context) || context.kind !== "region" || context.autocast === null) return;
  x.autocast = context.autocast;
  x.autocastTo = context.to;
}

/** Enters what decorates a function. Only what may switch autocast is looked at. */
export function enterDecorators(x: Execution, { definition }: FunctionValue): void {
  if (definition.kind === "lambda") return;
  for (const decorator of definition.decorators) {
    if (wrapsOff(x, decorator)) enterRegion(x, region(false));
    else if (maySwitch(x, decorator)) enterRegion(x, evaluate(x, decorator));
  }
}

/** A decorator whose wrapper switches autocast off: by its text where it is in sight, else by its name. */
function wrapsOff(x: Execution, decorator: Expr): boolean {
  const callee = decorator.kind === "call" ? decorator.callee : decorator;
  if (callee.kind !== "name" && callee.kind !== "attribute") return false;
  const value = evaluate(x, callee);
  if (isGraphNode(value)) return false;
  if (value.kind === "library")
    return singleDecorator.test(value.path.slice(value.path.lastIndexOf(".") + 1));
  if (value.kind !== "function" || value.definition.kind === "lambda") return false;
  let isOff = false;
  for (const statement of value.definition.body) {
    if (statement.kind !== "function") continue;
    visitStatements([statement], "", (expression) => {
      isOff ||= isSwitchedOff(expression);
    });
  }
  return isOff;
}

/** `torch.autocast(..., enabled=False)`, as it is written. */
function isSwitchedOff(expression: Expr): boolean {
  if (expression.kind !== "call") return false;
  const { callee, args } = expression;
  const name = callee.kind === "name" || callee.kind === "attribute" ? callee.name : "";
  const isFlag = (arg: (typeof args)[number]): boolean =>
    arg.value.kind === "constant" &&
    arg.value.value === false &&
    (arg.name === "enabled" || args.length === 1);
  return wrapperName.test(name) && args.some(isFlag);
}

function maySwitch(x: Execution, decorator: Expr): boolean {
  const callee = decorator.kind === "call" ? decorator.callee : decorator;
  if (callee.kind !== "name" && callee.kind !== "attribute") return false;
  const value = evaluate(x, callee);
  if (isGraphNode(value)) return false;
  if (value.kind === "region") return true;
  if (decorator.kind !== "call") return false;
  if (value.kind === "function") return true;
  if (value.kind !== "library") return false;
  return castingDecorators.has(value.path) || wrapperName.test(value.path);
}

/** The region that a generator decorated as a context manager yields in. */
export function yieldedRegion(entered: boolean, yields: readonly boolean[]): RegionValue {
  if (yields.includes(false)) return region(entered ? false : null);
  return region(yields.includes(true) && !entered ? true : null);
}

/** `if torch.is_autocast_enabled():` what runs otherwise runs without it. */
export function asksForSome({ what }: Node): boolean {
  return what.kind === "scalar" && what.name === "is_autocast_enabled";
}

/** `if not torch.is_autocast_enabled():` */
export function asksForNone({ what, inputs: [asked] }: Node): boolean {
  return what.kind === "unary" && what.operator === "not" && asked !== undefined && asksForSome(asked);
}
