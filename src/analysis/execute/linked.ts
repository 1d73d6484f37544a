import type { LinkedModule } from "../../ir/program.ts";
import type { Execution, Frame } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { executeBlock } from "./statements.ts";
import { Scope, type Value } from "./values.ts";

/** What a name of another module of the project comes to; null where none is linked, and while that module is being executed. */
export function linkedValue(x: Execution, path: string): Value | null {
  const link = x.links.get(path);
  const frame = link && frameOf(x, link.module);
  if (!link || !frame) return null;
  const exported = link.module.exports.get(link.name);
  if (exported === undefined) return frame.scope.lookup(link.name);
  return within(x, frame, () => evaluate(x, exported));
}

/** Executes a module once, where the program first asks for something of it. */
function frameOf(x: Execution, module: LinkedModule): Frame | null {
  const known = x.linked.get(module);
  if (known !== undefined) return known;
  const frame: Frame = {
    scope: new Scope(null),
    definition: "",
    owner: null,
    self: null,
    path: [],
    returns: [],
    yields: [],
  };
  x.linked.set(module, null);
  within(x, frame, () => executeBlock(x, module.body));
  x.linked.set(module, frame);
  return frame;
}

function within<Result>(x: Execution, frame: Frame, run: () => Result): Result {
  const { frame: outer, span } = x;
  x.frame = frame;
  const result = run();
  x.frame = outer;
  x.span = span;
  return result;
}
