import type { Argument } from "../../ir/program.ts";
import type { ExpressionLifter } from "./lift-expressions.ts";
import type { NodeId } from "./lift-reader.ts";

export function liftArguments(lifter: ExpressionLifter, list: NodeId | undefined): Argument[] {
  if (list === undefined) return [];
  if (lifter.type(list) !== "argument_list") return [liftArgument(lifter, list)];
  return lifter.named(list).map((node) => liftArgument(lifter, node));
}

function liftArgument(lifter: ExpressionLifter, node: NodeId): Argument {
  const span = lifter.span(node);
  const [first, second] = lifter.named(node);
  switch (lifter.type(node)) {
    case "keyword_argument":
      return { name: lifter.text(first), spread: "", value: lifter.lift(second), span };
    case "list_splat":
      return { name: null, spread: "*", value: lifter.lift(first), span };
    case "dictionary_splat":
      return { name: null, spread: "**", value: lifter.lift(first), span };
    default: {
      const value = lifter.lift(node);
      if (value.kind === "starred") return { name: null, spread: "*", value: value.value, span };
      return { name: null, spread: "", value, span };
    }
  }
}
