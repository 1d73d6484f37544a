import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as Semver from "semver";
import type * as Toml from "smol-toml";
import type * as Valibot from "valibot";
import { suggest } from "../../analysis/nearest.ts";
import { explainError } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { explainIssue, takenForTable } from "./issues.ts";
import { keyNames, schemaOf } from "./keys.ts";
import type { Configuration, Names } from "./keys.ts";
import { locate } from "./locate.ts";

// Without a configuration file none of these is needed, and a hook starts without them.
const require = createRequire(import.meta.url);
const toml = (): typeof Toml => require("smol-toml") as typeof Toml;
const valibot = (): typeof Valibot => require("valibot") as typeof Valibot;
const semver = (): typeof Semver => require("semver") as typeof Semver;

/** What reading has to know besides the file. */
export interface ReadContext {
  readonly cwd: string;
  readonly names: Names;
  /** Ropelint's own. */
  readonly version: string;
}

/** What one file says. */
export interface ConfigurationFile {
  readonly path: string;
  readonly values: Configuration;
  /** For what turns out to be wrong later. */
  readonly source: Source;
}

/** A configuration file on its way from bytes to values, with the places of what is wrong. */
export class Source {
  readonly path: string;
  readonly #text: string;
  readonly #cwd: string;
  /** Where the configuration stands in the file: [] or ["tool", "ropelint"]. */
  readonly section: readonly string[];

  constructor(file: string, text: string, cwd: string) {
    this.path = file;
    this.#text = text;
    this.#cwd = cwd;
    this.section = isProject(file) ? ["tool", "ropelint"] : [];
  }

  /** What stands in the section; undefined where a project's file has none. */
  parse(): unknown {
    let value: unknown;
    try {
      value = toml().parse(this.#text);
    } catch (error) {
      if (!(error instanceof toml().TomlError)) throw error;
      const [cause = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
      throw new UsageError(`${this.#at(error)}: not valid TOML: ${cause}`);
    }
    for (const key of this.section) value = isTable(value) ? value[key] : undefined;
    return value;
  }

  /** An error at a key of the configuration, or at its value. */
  error(
    keyPath: readonly (string | number)[],
    part: "key" | "value",
    message: string,
    remedy: string | null = null,
  ): UsageError {
    const place = locate(this.#text, [...this.section, ...keyPath], part);
    return new UsageError(`${this.#at(place)}: ${message}`, remedy);
  }

  #at(place: { readonly line: number; readonly column: number } | null): string {
    const file = shownPath(this.path, this.#cwd);
    return place === null ? file : `${file}:${String(place.line)}:${String(place.column)}`;
  }
}

/** How messages name a file. */
export function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith("..") ? file : relative;
}

function isProject(file: string): boolean {
  return path.basename(file) === "pyproject.toml";
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Reads a file's configuration; null where it is a pyproject.toml that says nothing to ropelint. */
export function readConfiguration(file: string, context: ReadContext): ConfigurationFile | null {
  const text = readText(file, context.cwd);
  // Most projects' files have nothing to say, and then need not be parsed.
  if (isProject(file) && !text.includes("ropelint")) return null;
  const source = new Source(file, text, context.cwd);
  const values = source.parse();
  if (values === undefined) return null;
  if (!isTable(values)) throw source.error([], "value", "[tool.ropelint] has to be a table");
  requireVersion(values["required-version"], source, context);
  for (const key of Object.keys(values)) {
    if ((keyNames as readonly string[]).includes(key)) continue;
    const where = source.section.length > 0 ? " in [tool.ropelint]" : "";
    throw source.error([key], "key", `unknown key "${key}"${where}`, adviseOn(key, source));
  }
  const v = valibot();
  const result = v.safeParse(schemaOf(v, context.names), values, { abortEarly: true });
  if (!result.success) throw explainIssue(result.issues[0], source);
  const mistaken = takenForTable(values, result.output, source);
  if (mistaken !== null) throw mistaken;
  return { path: file, values: result.output, source };
}

function adviseOn(key: string, { section }: Source): string {
  // Whoever copies from a project's file into one of ropelint's own takes the header along.
  if (key === "tool" && section.length === 0)
    return "ropelint.toml has its keys at the top, without [tool.ropelint]";
  return suggest(key, keyNames);
}

function readText(file: string, cwd: string): string {
  const fail = (cause: string): UsageError =>
    new UsageError(`the configuration ${shownPath(file, cwd)} can't be read: ${cause}`);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw fail(explainError(error));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fail("it is not UTF-8");
  }
}

/** Asked before anything else is: another version may have other keys. */
function requireVersion(range: unknown, source: Source, { version }: ReadContext): void {
  if (typeof range !== "string") return;
  const key = ["required-version"];
  // Python's way to ask for one version.
  const asked = range.replace(/^\s*===?/, "=");
  if (semver().validRange(asked) === null || asked.trim() === "")
    throw source.error(
      key,
      "value",
      `required-version has to be a range of versions, not "${range}"`,
      'for example ">=0.1.0"',
    );
  if (semver().satisfies(version, asked, { includePrerelease: true })) return;
  const message = `this configuration requires ropelint ${range}, and this is ropelint ${version}`;
  throw source.error(key, "value", message, "install a version that it names");
}
