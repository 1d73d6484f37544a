import type { Program } from "../ir/program.ts";
import { scriptNotation } from "./javascript/notation.ts";
import type { Notation } from "./notation.ts";
import { pythonNotation } from "./python/notation.ts";

/** How a program's own language, and its own text, would write what is new. */
export function notationOf({ language }: Program, text: string): Notation {
  return language === "python" ? pythonNotation : scriptNotation(text);
}
