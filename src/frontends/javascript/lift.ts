import type { Comment, Program } from "../../ir/program.ts";
import type { EstreeNode } from "./estree.ts";
import { nodesAt, spanOf, textAt } from "./estree.ts";
import { Lifter } from "./lift-statements.ts";

/** Lifts an ESTree. Ignore comments are ESLint's own business there, and so is code that doesn't parse. */
export function liftJavaScript(program: EstreeNode): Program {
  const lifter = new Lifter();
  const lifted = lifter.body(nodesAt(program, "body"));
  const body = [...lifter.requirements, ...lifted];
  const comments = nodesAt(program, "comments").flatMap((comment): readonly Comment[] => {
    const span = spanOf(comment);
    return span === null ? [] : [{ text: textAt(comment, "value"), span }];
  });
  return { language: "javascript", body, comments, ignores: [], errors: [] };
}
