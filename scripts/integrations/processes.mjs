// Programs: run to their end, or talked to while they run. As they are, in the environment of whoever calls.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program to its end; all of its output. Any other status than those expected is a failure. */
export function run(command, args, { expected = [0], ...options } = {}) {
  const maxBuffer = 2 ** 28;
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer, ...options });
  if (result.error) throw result.error;
  const { status, signal, stdout, stderr } = result;
  const shown = `${command} ${args.join(" ")} ended with ${status ?? signal}:\n${stdout}\n${stderr}`;
  assert.ok(expected.includes(status), shown);
  return result;
}

/** A program that is talked to: its process, what it has said, and how it ended. */
export function begin(command, args, options = {}) {
  const child = spawn(command, args, options);
  const said = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.error += text));
  const ended = new Promise((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal }));
  });
  return { child, said, ended };
}

/** The program of a virtual environment. */
export function inVenv(venv, name) {
  return process.platform === "win32" ? join(venv, "Scripts", `${name}.exe`) : join(venv, "bin", name);
}

/** An action and its time; a promise where the action gives one. */
export function step(name, action) {
  const start = performance.now();
  const finish = (result) => {
    console.log(`ok ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return result;
  };
  const result = action();
  return result instanceof Promise ? result.then(finish) : finish(result);
}
