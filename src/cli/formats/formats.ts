import type { Diagnostic } from "../../engine/report.ts";
import type { RuleInfo } from "../../engine/rule-info.ts";
import type { Paint } from "../palette.ts";
import { formatGithub, formatGitlab, formatPylint } from "./annotations.ts";
import { formatConcise } from "./concise.ts";
import { formatGrouped } from "./grouped.ts";
import { formatJson, formatJsonLines } from "./json.ts";
import { formatJunit } from "./junit.ts";
import { formatMarkdown } from "./markdown.ts";
import { formatRdjson } from "./rdjson.ts";
import { formatSarif } from "./sarif.ts";
import { formatTextReport } from "./text.ts";

/** What a format is made of. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  readonly rules: readonly RuleInfo[];
  readonly version: string;
  readonly paint: Paint;
  /** `Found 2 findings (2 errors)` */
  readonly summary: string;
}

interface Format {
  /** Formats for programs hold nothing but the findings: no summary follows, and no tallies. */
  readonly reader: "person" | "program";
  readonly format: (report: Report) => string;
}

const forPeople = (format: Format["format"]): Format => ({ reader: "person", format });
const forPrograms = (format: Format["format"]): Format => ({ reader: "program", format });

export type OutputFormat =
  | "text"
  | "concise"
  | "grouped"
  | "json"
  | "json-lines"
  | "github"
  | "gitlab"
  | "junit"
  | "pylint"
  | "rdjson"
  | "markdown"
  | "sarif";

/** The values of --output-format. */
export const formats: Readonly<Record<OutputFormat, Format>> = {
  text: forPeople(({ diagnostics, paint }) => formatTextReport(diagnostics, paint)),
  concise: forPeople(({ diagnostics, paint }) =>
    diagnostics.map((diagnostic) => formatConcise(diagnostic, paint)).join(""),
  ),
  grouped: forPeople(({ diagnostics, paint }) => formatGrouped(diagnostics, paint)),
  json: forPrograms(({ diagnostics, rules }) => formatJson(diagnostics, rules)),
  "json-lines": forPrograms(({ diagnostics, rules }) => formatJsonLines(diagnostics, rules)),
  github: forPrograms(({ diagnostics }) => formatGithub(diagnostics)),
  gitlab: forPrograms(({ diagnostics }) => formatGitlab(diagnostics)),
  junit: forPrograms(({ diagnostics }) => formatJunit(diagnostics)),
  pylint: forPrograms(({ diagnostics }) => formatPylint(diagnostics)),
  rdjson: forPrograms(({ diagnostics, rules }) => formatRdjson(diagnostics, rules)),
  markdown: forPrograms(({ diagnostics, summary }) => formatMarkdown(diagnostics, summary)),
  sarif: forPrograms(({ diagnostics, rules, version }) => formatSarif(diagnostics, rules, version)),
};
