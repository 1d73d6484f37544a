import { callsOut } from "../analysis/callers/calls-out.ts";
import { liftPython } from "../frontends/python/lift.ts";
import type { PythonParser } from "../frontends/python/parser.ts";
import { literalsOf } from "./catalogue.ts";
import { createInspect } from "./inspect.ts";
import { planPythonIgnores } from "./python-ignores.ts";
import { scriptToolchain } from "./script-toolchain.ts";
import type { Toolchain } from "./toolchain.ts";

const literals = literalsOf("python");

/** The layers below the engine, put together around one parser. */
export function createToolchain(parser: PythonParser): Toolchain {
  return {
    literals,
    inspect: createInspect(parser),
    scripts: scriptToolchain,
    callsOut: (text, resolve) => callsOut(liftPython(parser.parse(text)), text, resolve),
    planIgnores: (text, request) => planPythonIgnores(text, request, parser),
    countSyntaxErrors: (text) => {
      const { rootNode } = parser.parse(text);
      if (!rootNode.hasError) return 0;
      let errors = 0;
      for (const node of rootNode.descendants()) if (node.isError || node.isMissing) errors++;
      return Math.max(1, errors);
    },
  };
}
