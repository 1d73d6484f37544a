import type { Import } from "../../ir/program.ts";
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

/** The module of `require("m")`, `await import("m")` and what compilers wrap around them. */
export function requiredBy(node: EstreeNode): string | null {
  switch (node.type) {
    case "AwaitExpression": {
      const inner = nodeAt(node, "argument");
      return inner?.type === "ImportExpression" ? stringOf(nodeAt(inner, "source")) : null;
    }
    case "CallExpression": {
      const [argument] = nodesAt(node, "arguments");
      if (argument === undefined) return null;
      const callee = calledName(nodeAt(node, "callee"));
      if (callee === "require") return stringOf(argument);
      return /^_*(?:import(?:Star|Default)|interopRequire(?:Wildcard|Default))$/.test(callee)
        ? requiredBy(argument)
        : null;
    }
    default:
      return null;
  }
}

/** `const m = ...`, `const { a, b: c } = ...`; null for what is neither. */
export function importedBy(target: EstreeNode, module: string): Bindings | null {
  if (target.type === "Identifier") return [{ local: textAt(target, "name"), path: module }];
  if (target.type !== "ObjectPattern") return null;
  return nodesAt(target, "properties").flatMap((property) => {
    const value = nodeAt(property, "value");
    const name = nameOfKey(property);
    if (name === null || value?.type !== "Identifier") return [];
    return [{ local: textAt(value, "name"), path: member(module, name) }];
  });
}

function member(module: string, name: string): string {
  return name === "" || name === "default" ? module : `${module}.${name}`;
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
