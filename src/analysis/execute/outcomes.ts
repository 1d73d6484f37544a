import type { Outcome } from "../../frontends/dialects/outcomes.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { dtypeValue } from "./dtype-values.ts";
import { literal, type Execution } from "./execution.ts";
import { isGraphNode, type TupleValue, type Value } from "./values.ts";

/** A call of a function whose result does not have the dtype of what it takes; null where this call of it does. */
export function callForOutcome(
  x: Execution,
  outcome: Outcome | undefined,
  callee: string,
  args: readonly PassedArgument[],
): Value | null {
  const all = values(args);
  switch (outcome) {
    case undefined:
      return null;
    case "integer":
    case "bool":
      return x.unknown(callee, all, outcome);
    case "values and indices":
      return pair(x, callee, all);
    case "values and indices of a dim":
      return namesDim(args) ? pair(x, callee, all) : null;
    case "unique":
      return unique(x, callee, args);
    case "promoted dtype":
      return x.node(
        { kind: "scalar", name: "promote_types" },
        all.map((value) => x.asNode(dtypeValue(x, value))),
      );
  }
}

function pair(x: Execution, callee: string, all: readonly Value[]): TupleValue {
  const items = [x.unknown(callee, all, "ambient"), x.unknown(callee, all, "integer")];
  return { kind: "tuple", form: "tuple", items, fields: ["values", "indices"] };
}

/** `x.max(-1)` and `torch.max(x, dim=-1)`, but neither `x.max()` nor `torch.max(x, y)`. */
function namesDim([, ...rest]: readonly PassedArgument[]): boolean {
  return rest.some(
    ({ name, value }, i) =>
      name === "dim" || name === "axis" || (name === null && i === 0 && literal(value) !== null),
  );
}

/** Values, then what keywords ask for: where each came from, and how often it was met. */
function unique(x: Execution, callee: string, args: readonly PassedArgument[]): Value {
  const asked = args.filter(
    ({ name, value }) =>
      (name === "return_inverse" || name === "return_counts") &&
      isGraphNode(value) &&
      value.what.kind === "constant" &&
      value.what.value === true,
  );
  const first = x.unknown(callee, values(args), "ambient");
  if (asked.length === 0) return first;
  const rest = asked.map(() => x.unknown(callee, values(args), "integer"));
  return { kind: "tuple", form: "tuple", items: [first, ...rest] };
}
