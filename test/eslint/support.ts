import { ESLint } from "eslint";
import type { Linter } from "eslint";
import { ESLint as OldESLint } from "eslint-9";
import { runRopelint } from "../../scripts/generators/documents/run-ropelint.ts";
import ropelint from "../../src/eslint/plugin.ts";
import type { PythonConfig } from "../../src/eslint/plugin.ts";

/** The newest ESLint and the oldest that is supported. */
export const versions: readonly { readonly name: string; readonly ESLint: typeof ESLint }[] = [
  { name: `eslint ${ESLint.version}`, ESLint },
  { name: `eslint ${OldESLint.version}`, ESLint: OldESLint as unknown as typeof ESLint },
];

/** A finding in terms that ESLint and the command line share. */
export interface Place {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  /** Columns in UTF-16 code units. */
  readonly from: string;
  readonly to: string;
}

export interface LintRequest {
  readonly path?: string;
  readonly cwd?: string;
  readonly config?: PythonConfig;
  readonly more?: Linter.Config;
  readonly fix?: boolean;
  readonly Engine?: typeof ESLint;
}

export async function lint(text: string, request: LintRequest = {}): Promise<ESLint.LintResult> {
  const { path = "model.py", cwd, config = ropelint.configs.python, more, fix = false } = request;
  const eslint = new (request.Engine ?? ESLint)({
    overrideConfigFile: true,
    overrideConfig: more ? [config, more] : [config],
    fix,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const [result] = await eslint.lintText(text, { filePath: path });
  if (result === undefined) throw new Error("ESLint returned nothing");
  return result;
}

/** What `configs.recommended` says of a JavaScript module, or of what another parser reads. */
export async function lintScript(
  text: string,
  languageOptions: Linter.LanguageOptions = {},
  Engine: typeof ESLint = ESLint,
): Promise<readonly Linter.LintMessage[]> {
  const overrideConfig: Linter.Config[] = [
    { files: ["**/*.js"], languageOptions },
    ropelint.configs.recommended,
  ];
  const eslint = new Engine({ overrideConfigFile: true, overrideConfig });
  const [result] = await eslint.lintText(text, { filePath: "model.js" });
  return result?.messages ?? [];
}

/** What `eslint --fix` makes of a script. */
export async function fixScript(
  text: string,
  languageOptions: Linter.LanguageOptions = {},
  Engine: typeof ESLint = ESLint,
): Promise<string> {
  const overrideConfig: Linter.Config[] = [
    { files: ["**/*.js"], languageOptions },
    ropelint.configs.recommended,
  ];
  const eslint = new Engine({ overrideConfigFile: true, overrideConfig, fix: true });
  const [result] = await eslint.lintText(text, { filePath: "model.js" });
  return result?.output ?? text;
}

/** A text after a message's first suggestion. */
export function applied(text: string, { suggestions }: Linter.LintMessage): string {
  const fix = suggestions?.[0]?.fix;
  return fix === undefined ? text : text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
}

export function placesIn({ messages }: ESLint.LintResult): readonly Place[] {
  return sorted(
    messages.map(({ ruleId, messageId, message, line, column, endLine, endColumn }) => ({
      rule: (ruleId ?? "none").replace(/^ropelint\//, ""),
      severity: messageId ?? "none",
      message,
      from: `${line}:${column}`,
      to: `${endLine ?? line}:${endColumn ?? column}`,
    })),
  );
}

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly location: { readonly row: number; readonly column: number };
  readonly end_location: { readonly row: number; readonly column: number };
}

/** What `ropelint check --stdin-filename` says of the same text. */
export async function checked(
  text: string,
  path = "model.py",
  flags: readonly string[] = [],
): Promise<readonly Place[]> {
  const words = ["check", "--stdin-filename", path, "--output-format", "json", ...flags];
  const found = JSON.parse((await runRopelint(words, text)).output) as readonly Found[];
  const lines = text.split(/\r\n|\n|\r/);
  const place = ({ row, column }: Found["location"]): string => {
    const before = Array.from((lines[row - 1] ?? "").replace(/^\ufeff/, ""))
      .slice(0, column - 1)
      .join("");
    return `${row}:${before.length + 1}`;
  };
  return sorted(
    found.map(({ code, severity, message, location, end_location: end }) => ({
      rule: code,
      severity,
      message,
      from: place(location),
      to: place(end),
    })),
  );
}

function sorted(places: readonly Place[]): readonly Place[] {
  const key = ({ from, rule, to }: Place): string => `${from.padStart(12)} ${rule} ${to}`;
  return [...places].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
