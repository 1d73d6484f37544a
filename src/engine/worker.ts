import { loadPythonParser } from "../frontends/python/parser.ts";
import type { InspectTask } from "./inspector.ts";
import { inspectBytes, inspectText } from "./inspect-file.ts";
import { createToolchain } from "./python-toolchain.ts";

// One of the threads that read Python files side by side.

const toolchain = createToolchain(await loadPythonParser());

const inspect: InspectTask = ({ source, options }) =>
  typeof source === "string"
    ? inspectText(source, options, toolchain)
    : inspectBytes(source, options, toolchain).findings;

export default inspect;
