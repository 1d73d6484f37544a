import type { Expr, Program, Stmt } from "../../ir/program.ts";
import { defaultOf, namesOf } from "../interop.ts";

/** Two names for one dtype. */
const SYNONYMS: readonly (readonly [string, string])[] = [
  ["torch.int64", "torch.long"],
  ["torch.int32", "torch.int"],
  ["torch.int16", "torch.short"],
  ["torch.float64", "torch.double"],
  ["torch.float32", "torch.float"],
  ["torch.float16", "torch.half"],
];

/**
 * The file's own way to write a member of a module: `torch.int64`, `th.int64`, `int64` or `torch.long`, by what it
 * imports and which of two names it writes more often. Null where its imports give no name for it.
 */
export function apiReference(program: Program, path: string, text: string): Expr | null {
  const bindings = moduleBindings(program.body);
  const spellings = SYNONYMS.find((names) => names.includes(path)) ?? [path];
  const ranked = [path, ...spellings.filter((spelling) => spelling !== path)]
    .map((spelling) => reference(spelling, bindings))
    .filter((names) => names !== null)
    .map((names) => ({ names, uses: countUses(names.join("."), text) }))
    .sort((a, b) => b.uses - a.uses);
  return ranked[0] ? chain(ranked[0].names) : null;
}

/** `np`, and `jax.numpy` where the file imports `jax`. */
export function isImported(expression: Expr, { body }: Pick<Program, "body">): boolean {
  if (expression.kind === "attribute") return isImported(expression.object, { body });
  return expression.kind === "name" && moduleBindings(body).some(({ local }) => local === expression.name);
}

interface Binding {
  readonly local: string;
  readonly path: string;
}

/** What the imports of a module bind at run time, those under `if` and `try` included. */
function moduleBindings(statements: readonly Stmt[]): Binding[] {
  return statements.flatMap((statement): readonly Binding[] => {
    switch (statement.kind) {
      case "import":
        return statement.bindings;
      case "if":
        return [
          ...(isTypeChecking(statement.test) ? [] : moduleBindings(statement.body)),
          ...moduleBindings(statement.orelse),
        ];
      case "with":
        return moduleBindings(statement.body);
      case "try":
        return [statement.body, ...statement.handlers, statement.orelse, statement.final].flatMap(
          moduleBindings,
        );
      default:
        return [];
    }
  });
}

function isTypeChecking(test: Expr): boolean {
  return (test.kind === "name" || test.kind === "attribute") && test.name === "TYPE_CHECKING";
}

/** The names that lead to a path, through the import that reaches furthest. */
function reference(path: string, bindings: readonly Binding[]): string[] | null {
  const candidates = bindings.filter(
    (binding) =>
      binding.local !== "*" &&
      (path === defaultOf(binding.path) || path.startsWith(`${defaultOf(binding.path)}.`)),
  );
  const [best] = candidates.sort((a, b) => defaultOf(b.path).length - defaultOf(a.path).length);
  if (!best) return null;
  return [
    ...namesOf(best),
    ...path
      .slice(defaultOf(best.path).length)
      .split(".")
      .filter((part) => part !== ""),
  ];
}

function countUses(name: string, text: string): number {
  const literal = name.replaceAll(".", "\\.");
  return text.match(new RegExp(`(?<![\\w.])${literal}(?!\\w)`, "g"))?.length ?? 0;
}

function chain([first = "", ...names]: readonly string[]): Expr {
  return names.reduce<Expr>((object, name) => ({ kind: "attribute", span: null, object, name }), {
    kind: "name",
    span: null,
    name: first,
  });
}
