import type { Expr, Parameter } from "../../ir/program.ts";
import type { ExpressionLifter } from "./lift-expressions.ts";
import type { NodeId } from "./lift-reader.ts";

interface Written {
  readonly name: NodeId | undefined;
  readonly annotation: Expr | null;
  readonly initial: Expr | null;
}

/** Lifts a parameter list; the markers `/` and `*` turn into the form of the parameters they separate. */
export function liftParameters(lifter: ExpressionLifter, list: NodeId | null): Parameter[] {
  const parameters: Parameter[] = [];
  let form: Parameter["form"] = "plain";
  for (const node of list === null ? [] : lifter.named(list)) {
    switch (lifter.type(node)) {
      case "positional_separator":
        parameters.splice(
          0,
          parameters.length,
          ...parameters.map((parameter) => ({ ...parameter, form: "positional-only" as const })),
        );
        break;
      case "keyword_separator":
        form = "keyword-only";
        break;
      default: {
        const parameter = liftParameter(lifter, node, form);
        parameters.push(parameter);
        if (parameter.form === "*") form = "keyword-only";
      }
    }
  }
  return parameters;
}

function liftParameter(lifter: ExpressionLifter, node: NodeId, form: Parameter["form"]): Parameter {
  const { name, annotation, initial } = parts(lifter, node);
  const kind = name === undefined ? "" : lifter.type(name);
  const splat = SPLATS[kind];
  return {
    name: lifter.text(splat === undefined || name === undefined ? name : lifter.named(name)[0]),
    form: splat ?? form,
    annotation,
    initial,
    span: lifter.span(node),
  };
}

const SPLATS: Readonly<Record<string, "*" | "**">> = {
  list_splat_pattern: "*",
  dictionary_splat_pattern: "**",
};

function parts(lifter: ExpressionLifter, node: NodeId): Written {
  const [name, second, third] = lifter.named(node);
  switch (lifter.type(node)) {
    case "typed_parameter":
      return { name, annotation: lifter.lift(second), initial: null };
    case "default_parameter":
      return { name, annotation: null, initial: lifter.lift(second) };
    case "typed_default_parameter":
      return { name, annotation: lifter.lift(second), initial: lifter.lift(third) };
    default:
      return { name: node, annotation: null, initial: null };
  }
}
