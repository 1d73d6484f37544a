// The worker from its sources: a thread does not inherit the loader of the process.
import { register } from "tsx/esm/api";

register();
const { default: inspect } = await import("../../src/engine/worker.ts");

export default inspect;
