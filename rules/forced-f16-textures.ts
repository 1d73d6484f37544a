import type { Argument, Call, Expr, Span } from "../src/ir/program.ts";
import {
  addressFlags,
  environmentNames,
  exactLimit,
  forcingFlags,
  forcingFunction,
  isTensorFlow,
  libraryName,
  textureBackend,
} from "../src/frontends/dialects/forced-textures.ts";
import { pathOf, placesOf, valueOf } from "../src/analysis/script/scopes.ts";
import type { Scope } from "../src/analysis/script/scopes.ts";
import type { ScriptFinding, ScriptRule } from "../src/analysis/script/script-rule.ts";

/** All tensors of a program in 16-bit textures, where the same program counts positions or takes sines with them. */
export const forcedF16Textures: ScriptRule = {
  id: "forced-f16-textures",
  summary: "16-bit textures are forced upon positions or angles in TensorFlow.js",
  strict: false,
  language: "javascript",
  suggests: true,
  severity: "error",
  literals: [...forcingFlags.keys(), forcingFunction],
  match: (program, text) => {
    const uses = placesOf(program).flatMap(({ expressions, scope }) =>
      expressions.map((expression) => ({ expression, scope })),
    );
    const flags = uses.flatMap((use) => flagsIn(use));
    // What is turned back again is a test or a benchmark of both.
    if (flags.length === 0 || flags.some(({ forces }) => !forces)) return [];
    const victim = uses.find(isVictim);
    if (victim === undefined || runsElsewhere(uses)) return [];
    return flags.map((flag) => findingOf(flag, victim, text));
  },
};

interface Use {
  readonly expression: Expr;
  readonly scope: Scope;
}

interface Flag {
  readonly span: Span;
  readonly forces: boolean;
  /** The value, where it is written out. */
  readonly value: { readonly span: Span; readonly other: string } | null;
}

function findingOf({ span, value }: Flag, victim: Use, text: string): ScriptFinding {
  const { expression } = victim;
  const { start = 0, end = 0 } = expression.span ?? {};
  const name = nameOf(victim) ?? text.slice(start, end);
  const line = text.slice(0, start).split("\n").length;
  return {
    span,
    message: `all tensors are kept in 16-bit textures, and ${name}() in line ${line} takes positions or angles from them: integers above ${exactLimit} collide`,
    suggestion: value && {
      message: "let the device choose its textures",
      edits: [{ ...value.span, content: value.other }],
    },
  };
}

function flagsIn(use: Use): readonly Flag[] {
  const { expression, scope } = use;
  const { span } = expression;
  if (span === null) return [];
  if (expression.kind === "string" && addressFlags.test(expression.value ?? ""))
    return [{ span, forces: true, value: null }];
  if (expression.kind !== "call") return [];
  if (isForcingCall(expression, use)) return [{ span, forces: true, value: null }];
  const { callee, args } = expression;
  if (callee.kind !== "attribute" || !isEnvironment(callee.object, scope)) return [];
  if (callee.name === "set") return settingOf(args[0]?.value, args[1]?.value, use, span);
  if (callee.name !== "setFlags") return [];
  const [object] = args.flatMap((argument) =>
    argument.name === null ? [valueOf(argument.value, scope)] : [],
  );
  const entries = object?.kind === "dict" ? object.entries : [];
  // What an object holds may be lifted as arguments with names.
  const passed = args.flatMap(({ name, value }) =>
    name === null ? [] : [{ key: { kind: "string", value: name, span: null } as const, value }],
  );
  return [...entries, ...passed].flatMap(({ key, value }) => settingOf(key, value, use, value.span ?? span));
}

function settingOf(
  key: Expr | null | undefined,
  given: Expr | undefined,
  { scope }: Use,
  span: Span,
): readonly Flag[] {
  const name = key ? valueOf(key, scope) : null;
  if (name?.kind !== "string" || name.value === null || !given) return [];
  const forcing = forcingFlags.get(name.value);
  const truth = truthOf(valueOf(given, scope));
  if (forcing === undefined || truth === null) return [];
  const written = truthOf(given) === null ? null : given.span;
  const value = written && { span: written, other: String(!forcing) };
  return [{ span, forces: truth === forcing, value }];
}

/** `true`, and `!0` as minifiers write it. */
function truthOf(value: Expr): boolean | null {
  if (value.kind === "constant") return value.value === true;
  if (value.kind === "number") return value.value !== 0;
  if (value.kind !== "unary" || value.operator !== "not") return null;
  const inner = truthOf(value.operand);
  return inner === null ? null : !inner;
}

function isForcingCall({ callee }: Call, use: Use): boolean {
  if (nameOf(use) !== forcingFunction) return false;
  const path = pathOf(callee, use.scope);
  if (path !== null) return isTensorFlow(path);
  // `tf.webgl.forceHalfFloat()` of a library that no import names.
  const backend = callee.kind === "attribute" ? callee.object : null;
  return backend?.kind === "attribute" && isLibrary(backend.object, use.scope);
}

/** `tf.env()`, `tf.ENV`, `env()` as imported, and a name for one of them. */
function isEnvironment(expression: Expr, scope: Scope): boolean {
  const value = valueOf(expression, scope);
  const found = value.kind === "call" ? valueOf(value.callee, scope) : value;
  const path = pathOf(found, scope);
  if (path !== null) return isTensorFlow(path) && environmentNames.has(path.slice(path.lastIndexOf(".") + 1));
  return found.kind === "attribute" && environmentNames.has(found.name) && isLibrary(found.object, scope);
}

function isLibrary(expression: Expr, scope: Scope): boolean {
  const path = pathOf(expression, scope);
  if (path !== null) return isTensorFlow(path);
  return (expression.kind === "name" || expression.kind === "attribute") && expression.name === libraryName;
}

/** A sine, a cosine, or integers beyond those that 16 bits hold. */
function isVictim(use: Use): boolean {
  const { expression, scope } = use;
  if (expression.kind !== "call") return false;
  const { callee, args } = expression;
  switch (nameOf(use)) {
    case "sin":
    case "cos":
      return isOwn(callee, scope) || (args.length === 0 && callee.kind === "attribute");
    case "range":
      return isOwn(callee, scope) && !isShort(args, scope);
    default:
      return false;
  }
}

function isOwn(callee: Expr, scope: Scope): boolean {
  const path = pathOf(callee, scope);
  if (path !== null) return isTensorFlow(path);
  return callee.kind === "attribute" && isLibrary(callee.object, scope);
}

function isShort([start, stop]: readonly Argument[], scope: Scope): boolean {
  return [start, stop].every((bound) => {
    const value = bound && valueOf(bound.value, scope);
    return value?.kind === "number" && Math.abs(value.value) <= exactLimit;
  });
}

/** A program that sets its backend, and never to the one with textures. */
function runsElsewhere(uses: readonly Use[]): boolean {
  const set = uses.flatMap((use) => {
    const { expression, scope } = use;
    if (expression.kind !== "call" || nameOf(use) !== "setBackend") return [];
    const [backend] = expression.args;
    const value = backend && valueOf(backend.value, scope);
    return [value?.kind === "string" ? value.value : null];
  });
  return set.length > 0 && set.every((backend) => backend !== null && backend !== textureBackend);
}

/** The last name of what is called, as the library has it. */
function nameOf({ expression, scope }: Use): string | null {
  if (expression.kind !== "call") return null;
  const { callee } = expression;
  const path = pathOf(callee, scope);
  if (path !== null) return path.slice(path.lastIndexOf(".") + 1);
  return callee.kind === "name" || callee.kind === "attribute" ? callee.name : null;
}
