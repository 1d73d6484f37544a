import { loadPythonParser } from "../frontends/python/parser.ts";
import { answer, type Task } from "./inspector.ts";
import { createToolchain } from "./python-toolchain.ts";

// One of the threads that read Python files side by side.

const toolchain = createToolchain(await loadPythonParser());

const task: Task = (request) => answer(request, toolchain);

export default task;
