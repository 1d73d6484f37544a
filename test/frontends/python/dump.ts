import type { Expr, Parameter, Stmt, Subscript } from "../../../src/ir/program.ts";

/** Expressions and statements as one line of text without spans, for expectations. */
export function dump(expr: Expr | null): string {
  if (expr === null) return "_";
  switch (expr.kind) {
    case "number":
      return `${expr.value}${expr.integer ? "" : "f"}`;
    case "string":
      return expr.value === null ? "str" : JSON.stringify(expr.value);
    case "constant":
      return expr.value === null ? "None" : expr.value ? "True" : "False";
    case "name":
      return expr.name;
    case "ellipsis":
      return "...";
    case "attribute":
      return `${dump(expr.object)}.${expr.name}`;
    case "call":
      return `${dump(expr.callee)}(${expr.args.map((a) => `${a.spread}${a.name ? `${a.name}=` : ""}${dump(a.value)}`).join(", ")})`;
    case "binary":
    case "logical":
      return `(${dump(expr.left)} ${expr.operator} ${dump(expr.right)})`;
    case "unary":
      return `(${expr.operator} ${dump(expr.operand)})`;
    case "compare":
      return `(${expr.operands.map((x, i) => `${i > 0 ? `${expr.operators[i - 1]!} ` : ""}${dump(x)}`).join(" ")})`;
    case "conditional":
      return `(${dump(expr.body)} if ${dump(expr.test)} else ${dump(expr.orelse)})`;
    case "index":
      return `${dump(expr.object)}[${expr.items.map(dumpItem).join(", ")}]`;
    case "sequence":
      return `${expr.form}(${expr.items.map(dump).join(", ")})`;
    case "starred":
      return `*${dump(expr.value)}`;
    case "dict":
      return `{${expr.entries.map(({ key, value }) => `${key ? dump(key) : "**"}: ${dump(value)}`).join(", ")}}`;
    case "comprehension":
      return `${expr.form}<${dump(expr.element)}${expr.clauses.map((c) => ` for ${dump(c.target)} in ${dump(c.iterable)}${c.conditions.map((x) => ` if ${dump(x)}`).join("")}`).join("")}>`;
    case "lambda":
      return `(lambda ${dumpParameters(expr.parameters)}: ${dump(expr.body)})`;
    case "followed":
      return `${dump(expr.first)}; ${dump(expr.target)} = ${dump(expr.value)}`;
    case "unknown":
      return `?${expr.type}(${expr.parts.map(dump).join(", ")})`;
  }
}

function dumpItem(item: Subscript): string {
  return item.kind === "item" ? dump(item.value) : [item.start, item.stop, item.step].map(dump).join(":");
}

export function dumpParameters(parameters: readonly Parameter[]): string {
  return parameters
    .map(({ name, form, annotation, initial }) =>
      [
        form,
        name,
        ...(annotation ? [`: ${dump(annotation)}`] : []),
        ...(initial ? [`= ${dump(initial)}`] : []),
      ].join(" "),
    )
    .join(", ");
}

const block = (body: readonly Stmt[]) => `{${body.map(dumpStatement).join("; ")}}`;

export function dumpStatement(statement: Stmt): string {
  switch (statement.kind) {
    case "assign": {
      const annotation = statement.annotation ? `: ${dump(statement.annotation)}` : "";
      return `${statement.targets.map(dump).join(" = ")}${annotation} = ${dump(statement.value)}`;
    }
    case "augment":
      return `${dump(statement.target)} ${statement.operator}= ${dump(statement.value)}`;
    case "evaluate":
      return dump(statement.value);
    case "return":
      return `return ${dump(statement.value)}`;
    case "if":
      return `if ${dump(statement.test)} ${block(statement.body)} else ${block(statement.orelse)}`;
    case "for":
      return `for ${dump(statement.target)} in ${dump(statement.iterable)} ${block(statement.body)} else ${block(statement.orelse)}`;
    case "while":
      return `while ${dump(statement.test)} ${block(statement.body)} else ${block(statement.orelse)}`;
    case "with":
      return `with ${statement.items.map(({ context, target }) => `${dump(context)} as ${dump(target)}`).join(", ")} ${block(statement.body)}`;
    case "try":
      return `try ${block(statement.body)} except ${statement.handlers.map(block).join(" ")} else ${block(statement.orelse)} finally ${block(statement.final)}`;
    case "function":
      return `${statement.decorators.map((d) => `@${dump(d)} `).join("")}def ${statement.name}(${dumpParameters(statement.parameters)}) -> ${dump(statement.returns)} ${block(statement.body)}`;
    case "class":
      return `${statement.decorators.map((d) => `@${dump(d)} `).join("")}class ${statement.name}(${statement.bases.map(dump).join(", ")}) ${block(statement.body)}`;
    case "import":
      return `import ${statement.bindings.map(({ local, path }) => `${local}=${path}`).join(" ")}`;
    case "assert":
      return `assert ${dump(statement.test)}`;
    case "other":
      return `?${statement.type}(${statement.parts.map(dump).join(", ")})${statement.bodies.map(block).join("")}`;
    default:
      return statement.kind;
  }
}
