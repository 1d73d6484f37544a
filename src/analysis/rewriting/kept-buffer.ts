import { attributeOf, methodCall } from "../../ir/build.ts";
import type { Node } from "../../ir/graph.ts";
import type { Call, ClassDefinition, Expr, Program } from "../../ir/program.ts";
import { childrenOf, visitStatements } from "../../ir/walk.ts";
import type { FileAnalysis } from "../file.ts";
import { isCallOf, storeTargets } from "../units/form-only.ts";

/** A buffer as the classes that have it register and read it. */
export interface KeptBuffer {
  readonly name: string;
  /** The module's own name in its methods. */
  readonly self: Expr;
  readonly registrations: readonly Call[];
  /** Reads of what it holds. */
  readonly values: readonly Expr[];
  /** Where it is asked for its dtype alone, `self.x.dtype`, and for its dtype and device, `t.type_as(self.x)`. */
  readonly dtypes: readonly Expr[];
  readonly likes: readonly Expr[];
  /** Whether it is asked for its shape: it has to keep that. */
  readonly isMeasured: boolean;
}

/** The buffer that a call registers, with all that the file does with it; null where something else is done with it than reading. */
export function keptBuffer(node: Node, file: FileAnalysis): KeptBuffer | null {
  const place = file.expressionOf(node);
  if (!place || node.what.kind !== "stored" || node.what.form !== "buffer") return null;
  const { name } = node.what;
  const registered = place.expression;
  if (!isCallOf(registered, "register_buffer") || registered.callee.object.kind !== "name") return null;
  const self = registered.callee.object;
  const family = familyOf(file.program, place.definition.split(".")[0] ?? "");
  if (isTouchedElsewhere(file.program, family, name)) return null;
  const registrations: Call[] = [];
  const uses: Use[] = [];
  for (const { body } of family) {
    const targets = new Set(storeTargets(body));
    visitStatements(body, "", (expression) => {
      if (isRegistrationOf(expression, name)) registrations.push(expression);
      for (const child of childrenOf(expression)) uses.push(...useOf(child, expression, name));
      if (isOwn(expression, name) && targets.has(expression)) uses.push({ read: expression, as: "changed" });
    });
  }
  if (registrations.length === 0 || uses.some((use) => use.as === "changed")) return null;
  const asked = new Set(uses.map(({ read }) => read));
  const values = ownReads(family, name).filter((read) => !asked.has(read));
  const askedAs = (kind: Use["as"]): readonly Expr[] =>
    uses.filter(({ as }) => as === kind).map(({ read }) => read);
  const [dtypes, likes] = [askedAs("dtype"), askedAs("like")];
  return { name, self, registrations, values, dtypes, likes, isMeasured: askedAs("shape").length > 0 };
}

interface Use {
  readonly read: Expr;
  readonly as: "dtype" | "like" | "device" | "shape" | "changed";
}

const measures: ReadonlySet<string> = new Set(["shape", "ndim", "size", "dim", "numel"]);

/** What is asked of the buffer by the expression around it, where that is not what it holds. */
function useOf(read: Expr, parent: Expr, name: string): readonly Use[] {
  if (!isOwn(read, name)) return [];
  if (parent.kind === "attribute") {
    if (parent.name === "dtype") return [{ read, as: "dtype" }];
    if (parent.name === "device") return [{ read, as: "device" }];
    if (measures.has(parent.name)) return [{ read, as: "shape" }];
    return parent.name.endsWith("_") || parent.name === "data" ? [{ read, as: "changed" }] : [];
  }
  if (parent.kind === "call" && parent.callee.kind === "name" && parent.callee.name === "len")
    return [{ read, as: "shape" }];
  return isCallOf(parent, "type_as") || isCallOf(parent, "to") ? [{ read, as: "like" }] : [];
}

function ownReads(family: readonly ClassDefinition[], name: string): readonly Expr[] {
  const reads: Expr[] = [];
  for (const { body } of family)
    visitStatements(body, "", (expression) => {
      if (isOwn(expression, name)) reads.push(expression);
    });
  return reads;
}

function isOwn(expression: Expr, name: string): boolean {
  return (
    expression.kind === "attribute" &&
    expression.name === name &&
    expression.object.kind === "name" &&
    expression.object.name === "self"
  );
}

function isRegistrationOf(expression: Expr, name: string): expression is Call {
  if (!isCallOf(expression, "register_buffer")) return false;
  const [first] = expression.args;
  return first?.value.kind === "string" && first.value.value === name;
}

/** The class, those it extends and those that extend it, as far as they are in the file. */
function familyOf(program: Program, name: string): readonly ClassDefinition[] {
  const classes = program.body.filter((statement) => statement.kind === "class");
  const basesOf = ({ bases }: ClassDefinition): readonly string[] =>
    bases.flatMap((base) => (base.kind === "name" ? [base.name] : []));
  const family = new Set(classes.filter((one) => one.name === name));
  for (const member of family)
    for (const other of classes)
      if (basesOf(other).includes(member.name) || basesOf(member).includes(other.name)) family.add(other);
  return [...family];
}

/** Whether something that is no method of the family's may write it, or reads it by a name of its own. */
function isTouchedElsewhere({ body }: Program, family: readonly ClassDefinition[], name: string): boolean {
  if (family.length === 0) return true;
  const names = new Set<Expr>();
  const others: Expr[] = [];
  visitStatements(body, "", (expression) => {
    if (isRegistrationOf(expression, name)) for (const { value } of expression.args) names.add(value);
    if (expression.kind === "string" && expression.value === name) others.push(expression);
    if (expression.kind === "attribute" && expression.name === name && !isOwn(expression, name))
      others.push(expression);
  });
  return others.some((expression) => !names.has(expression));
}

/**
 * `self.original_x = self.x` behind each registration, and `self.original_x.to(self.x.device)` for reads: no cast of the module
 * reaches a plain attribute, and no move. With its dtype, too, where something else takes that.
 */
export function readsOriginal(
  { name, self, registrations, values, dtypes, likes }: KeptBuffer,
  withDtype: boolean,
): ReadonlyMap<Expr, Expr> {
  const own = (attribute: string): Expr => attributeOf({ ...self, span: null }, attribute);
  const original = own(`original_${name}`);
  const moved = methodCall(original, "to", [attributeOf(own(name), "device")]);
  return new Map<Expr, Expr>([
    ...registrations.map((call) => [call, behind(call, original, own(name))] as const),
    ...[...values, ...(withDtype ? likes : [])].map((read) => [read, moved] as const),
    ...(withDtype ? dtypes : []).map((read) => [read, original] as const),
  ]);
}

function behind(first: Expr, target: Expr, value: Expr): Expr {
  return { kind: "followed", first, target, value, span: null };
}
