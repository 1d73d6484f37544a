import type { Program } from "../../ir/program.ts";
import type { EstreeNode } from "./estree.ts";
import { nodesAt } from "./estree.ts";
import { Lifter } from "./lift-statements.ts";

/** Lifts an ESTree. Comments are ESLint's own business there, and so is code that doesn't parse. */
export function liftJavaScript(program: EstreeNode): Program {
  const body = new Lifter().body(nodesAt(program, "body"));
  return { language: "javascript", body, comments: [], ignores: [], errors: [] };
}
