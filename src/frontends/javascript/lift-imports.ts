import type { Import } from "../../ir/program.ts";
import { defaultOf, holderOf } from "../interop.ts";
import { nameOfKey, nodeAt, nodesAt, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";

type Bindings = Import["bindings"];

/** `import { a as b } from "m"` binds b to m.a; a default import binds to m itself, as compiled code takes it. */
export function importsOf(node: EstreeNode): Bindings {
  const module = stringOf(nodeAt(node, "source"));
  if (module === null || node.importKind === "type") return [];
  return nodesAt(node, "specifiers").flatMap((specifier) => {
    const local = nodeAt(specifier, "local");
    if (local === null || specifier.importKind === "type") return [];
    const imported = nodeAt(specifier, "imported");
    const name = imported === null ? "" : (stringOf(imported) ?? textAt(imported, "name"));
    return [{ local: textAt(local, "name"), path: member(module, name) }];
  });
}

/** `import m = require("m")` of TypeScript; null where it is an alias within the program. */
export function equalsImportOf(node: EstreeNode): Bindings | null {
  const [id, reference] = [nodeAt(node, "id"), nodeAt(node, "moduleReference")];
  if (id === null || reference?.type !== "TSExternalModuleReference") return null;
  const module = stringOf(nodeAt(reference, "expression"));
  return module === null || node.importKind === "type" ? [] : [{ local: textAt(id, "name"), path: module }];
}

/** Helpers that give a module as an object of its names, by the compilers' names for them: TypeScript, Babel, SWC, Rollup, esbuild. */
const namespaceHelper =
  /^_*(?:importStar|interop_?require_?wildcard|interopNamespace(?:Default|Compat)?|toESM)$/i;
/** Helpers that give an object with the module as its `default`. */
const defaultHelper = /^_*(?:importDefault|interop_?require_?default|interopDefault(?:Legacy|Compat)?)$/i;

/**
 * The path of `require("m")`, `await import("m")`, what compilers wrap around them, and members of them. `modules` are the paths that names
 * are bound to so far: Rollup wraps the name.
 */
export function requiredBy(node: EstreeNode, modules: ReadonlyMap<string, string>): string | null {
  switch (node.type) {
    case "AwaitExpression": {
      const inner = nodeAt(node, "argument");
      return inner?.type === "ImportExpression" ? stringOf(nodeAt(inner, "source")) : null;
    }
    case "MemberExpression": {
      const object = nodeAt(node, "object");
      const of = object?.type === "Identifier" ? null : object && requiredBy(object, modules);
      const name = nameOfKey(node);
      return of === null || name === null ? null : member(of, name);
    }
    case "CallExpression":
      return requiredByCall(node, modules);
    default:
      return null;
  }
}

/** `require("m")` and `await import("m")` among expressions: the module, and how it is written, to be taken a member of. */
export function requiredInside(node: EstreeNode): { readonly path: string; readonly written: string } | null {
  const isAwaited = node.type === "AwaitExpression";
  if (!isAwaited && (node.type !== "CallExpression" || calledName(nodeAt(node, "callee")) !== "require"))
    return null;
  const path = requiredBy(node, new Map());
  if (path === null || /["\\\n]/.test(path)) return null;
  return { path, written: isAwaited ? `(await import("${path}"))` : `require("${path}")` };
}

function requiredByCall(node: EstreeNode, modules: ReadonlyMap<string, string>): string | null {
  const [argument] = nodesAt(node, "arguments");
  if (argument === undefined) return null;
  const callee = calledName(nodeAt(node, "callee"));
  if (callee === "require") return stringOf(argument);
  const isDefault = defaultHelper.test(callee);
  if (!isDefault && !namespaceHelper.test(callee)) return null;
  const known = argument.type === "Identifier" ? modules.get(textAt(argument, "name")) : undefined;
  const module = known ?? requiredBy(argument, modules);
  return module !== null && isDefault ? holderOf(module) : module;
}

/** `const m = ...`, `const { a, b: { c } } = ...`; null for what is neither. */
export function importedBy(target: EstreeNode, module: string): Bindings | null {
  if (target.type === "Identifier") return [{ local: textAt(target, "name"), path: module }];
  if (target.type !== "ObjectPattern") return null;
  return nodesAt(target, "properties").flatMap((property) => {
    const value = nodeAt(property, "value");
    const name = nameOfKey(property);
    return name === null || value === null ? [] : (importedBy(value, member(module, name)) ?? []);
  });
}

function member(module: string, name: string): string {
  if (name === "default") return defaultOf(module);
  return name === "" ? module : `${module}.${name}`;
}

/** `require`, and `tslib_1.__importStar` by its last name. */
function calledName(callee: EstreeNode | null): string {
  if (callee === null) return "";
  if (callee.type === "MemberExpression") return nameOfKey(callee) ?? "";
  return callee.type === "Identifier" ? textAt(callee, "name") : "";
}

function stringOf(node: EstreeNode | null): string | null {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null;
}
