import { isDeepStrictEqual } from "node:util";
import { environments } from "../../src/analysis/environments.ts";
import { encodeLike } from "../../src/engine/decode.ts";
import { inspectText } from "../../src/engine/inspect-file.ts";
import { createToolchain } from "../../src/engine/python-toolchain.ts";
import { rules, scriptRules } from "../../src/engine/rules.ts";
import { run, type RunResult } from "../../src/engine/run.ts";
import { toolchainFor, type Toolchain } from "../../src/engine/toolchain.ts";
import { loadPythonParser } from "../../src/frontends/python/parser.ts";

/** A file as no corpus has it. */
export interface Case {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What must not happen, in words. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** How much is asked of a case beside the first look. */
export interface Thoroughness {
  /** Every environment instead of the three that drive every stage. */
  readonly everywhere: boolean;
  readonly twice: boolean;
  readonly byWasm: boolean;
}

export interface Checked {
  readonly findings: number;
  /** What fixes made of it; null where they change nothing. */
  readonly fixed: Uint8Array | null;
  /** Processor time of the first look and its fixes. */
  readonly milliseconds: number;
}

/** A file may take this long: a look costs what a page of code costs, and then what its bytes do. Fixes take up to four looks. */
export const bound = { milliseconds: 8000, millisecondsOfByte: 0.05, megabytes: 2048 } as const;

const allRules = [...rules, ...scriptRules].map(({ id }) => id);
const every = environments.map(({ name }) => name);
const few = ["zero-init", "low-input", "autocast"];

/** Holds a case against everything that must be true of every file. */
export class Properties {
  readonly #native: Toolchain;
  readonly #wasm: Toolchain;

  private constructor(native: Toolchain, wasm: Toolchain) {
    this.#native = native;
    this.#wasm = wasm;
  }

  static async load(): Promise<Properties> {
    const [native, wasm] = await Promise.all([loadPythonParser("native"), loadPythonParser("wasm")]);
    return new Properties(createToolchain(native), createToolchain(wasm));
  }

  /** Throws a `Violation`, or whatever the code under test throws. */
  async check(one: Case, { everywhere, twice, byWasm }: Thoroughness): Promise<Checked> {
    const names = everywhere ? every : few;
    const before = process.cpuUsage();
    const result = await this.#fix(one, names, this.#native);
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1000;
    requireSound(result);
    const limit = bound.milliseconds + bound.millisecondsOfByte * one.bytes.length;
    if (milliseconds > limit)
      throw new Violation(
        `${milliseconds.toFixed(0)} ms of processor time, where ${limit.toFixed(0)} are allowed`,
      );
    if (twice && !isDeepStrictEqual(await this.#fix(one, names, this.#native), result))
      throw new Violation("looked at twice, it has other findings");
    if (byWasm && !isDeepStrictEqual(await this.#fix(one, names, this.#wasm), result))
      throw new Violation("the wasm parser gives other findings than the native one");
    const fixed = await this.#fixedTwice(one, result, names);
    return { findings: result.diagnostics.length + result.fixed.length, fixed, milliseconds };
  }

  async #fixedTwice(one: Case, { changes }: RunResult, names: readonly string[]): Promise<Uint8Array | null> {
    const [change] = changes;
    if (change === undefined) return null;
    const toolchain = toolchainFor(one.path, this.#native);
    const [errors = 0, left = 0] = [change.before, change.after].map((text) =>
      toolchain.countSyntaxErrors(text),
    );
    if (left > errors) throw new Violation(`fixes bring ${left - errors} syntax errors:\n${change.after}`);
    const bytes = encodeLike(one.bytes, change.text, one.path);
    const again = await this.#fix({ ...one, bytes }, names, this.#native);
    requireSound(again);
    if (again.changes.length > 0)
      throw new Violation(
        `fixing twice changes more:\n${change.after}\n----\n${again.changes[0]?.after ?? ""}`,
      );
    return bytes;
  }

  #fix(input: Case, names: readonly string[], toolchain: Toolchain): Promise<RunResult> {
    const options = { rules: allRules, environments: names, exhaustive: false };
    const settings = { options, isPrinted: () => true };
    const accepted = new Set(["safe", "unsafe"] as const);
    return run({ cwd: "/", input, settingsFor: () => settings, fix: "compute", accepted }, toolchain);
  }

  /** Texts that no bytes hold, as ESLint may pass them: half characters. */
  checkText(path: string, text: string): void {
    const toolchain = toolchainFor(path, this.#native);
    const options = { rules: allRules, environments: few, exhaustive: false, path };
    requireNoDefect(inspectText(text, options, toolchain).map(({ rule, message }) => ({ rule, message })));
  }
}

function requireSound({ diagnostics }: RunResult): void {
  requireNoDefect(diagnostics.map(({ finding }) => finding));
  for (const { finding } of diagnostics) {
    const { start, end } = finding.span;
    if (!(start >= 0 && start <= end)) throw new Violation(`a finding lies at ${start} to ${end}`);
  }
}

function requireNoDefect(findings: readonly { readonly rule: string; readonly message: string }[]): void {
  const defect = findings.find(({ rule }) => rule === "internal-error");
  if (defect) throw new Violation(defect.message);
}
