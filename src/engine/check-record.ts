import path from "node:path";
import { placesUpTo, type Settings } from "./configuration/settings.ts";
import type { CheckedFile, FileSettings } from "./checked-file.ts";
import { engineFinding } from "./engine-findings.ts";
import { hostOf } from "./hosts/hosts.ts";
import { inspectBytes, inspectText } from "./inspect-file.ts";
import { isSource } from "./languages.ts";
import type { SourceRecord } from "./read-record.ts";
import { diagnose } from "./report.ts";
import type { Diagnostic } from "./report.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";

export interface CheckedRecord {
  /** `other`: its path is that of no language that is read, or the configuration leaves it out. */
  readonly reach: "other" | "prefilter" | "inspected";
  readonly diagnostics: readonly Diagnostic[];
}

const nothing: CheckedRecord = { reach: "prefilter", diagnostics: [] };
const other: CheckedRecord = { reach: "other", diagnostics: [] };

/**
 * Checks a record by itself, as the configuration of the working directory has it. Its path says which language it is and which
 * patterns it meets, and is looked up nowhere: a corpus names files of other machines.
 */
export function checkRecord(record: SourceRecord, here: Settings, toolchain: Toolchain): CheckedRecord {
  const text = record.text.startsWith("\ufeff") ? record.text.slice(1) : record.text;
  const name = record.path.replaceAll("\\", "/");
  if (!isSource(name)) return other;
  const own = toolchainFor(name, toolchain);
  if (!literalsOf(own).test(text)) return nothing;
  const place = path.resolve(here.root, name);
  if (isLeftOut(place, here)) return other;
  const settings = here.of(place);
  if (hostOf(name) !== null) return hosted(record, place, settings, own);
  const binary = text.indexOf("\0");
  const findings =
    binary === -1
      ? inspectText(text, { ...settings.options, path: place, detached: true }, own)
      : [engineFinding("io-error", `not a text file: NUL at character ${binary}`)];
  const checked: CheckedFile = {
    file: { path: record.path, real: place },
    bytes: null,
    text,
    findings,
    settings,
  };
  return { reach: "inspected", diagnostics: diagnose([checked]) };
}

/** A notebook, or Markdown that the configuration takes: what is checked is the Python in it. */
function hosted(
  { path: shown, text: whole }: SourceRecord,
  place: string,
  settings: FileSettings,
  own: Toolchain,
): CheckedRecord {
  const bytes = Buffer.from(whole);
  const { text, findings } = inspectBytes(bytes, { ...settings.options, path: place, detached: true }, own);
  const file = { path: shown, real: place };
  const checked: CheckedFile = { file, bytes, text: text ?? "", findings, settings };
  return { reach: "inspected", diagnostics: diagnose([checked]) };
}

const patterns = new WeakMap<Toolchain, RegExp>();

/** One pass over the text instead of one for each literal: this is all that most records cost. */
function literalsOf(toolchain: Toolchain): RegExp {
  const known = patterns.get(toolchain);
  if (known) return known;
  const literals = toolchain.literals.map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(literals.join("|"));
  patterns.set(toolchain, pattern);
  return pattern;
}

function isLeftOut(place: string, here: Settings): boolean {
  return here.merged.forceExclude && placesUpTo(here.root, place).some((part) => here.leavesOut(part));
}

/** What is wrong with a record, as a finding of the path that it has, or of standard input. */
export function recordProblem(where: string | null, message: string, here: Settings): readonly Diagnostic[] {
  const file = { path: where ?? "-", real: "-" };
  const findings = [engineFinding("io-error", message)];
  return diagnose([{ file, bytes: null, text: "", findings, settings: here.of(path.join(here.root, "-")) }]);
}
