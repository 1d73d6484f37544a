import { environmentInfos, ruleInfos } from "../engine/catalogue.ts";
import type { FileSettings } from "../engine/checked-file.ts";
import { isEngineCode } from "../engine/engine-findings.ts";
import { inspectText } from "../engine/inspect-file.ts";
import { surroundingsOf } from "../engine/surroundings.ts";
import { adjust } from "../engine/repair.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { printedFilter, selectEnvironments, selectRules } from "../engine/selection.ts";
import { isAtLeast, type Finding, type Severity } from "../verify/finding.ts";
import { isDisabled } from "./disabled.ts";
import type { TextSource } from "./rule-meta.ts";
import type { RopelintSettings } from "./settings.ts";

/** A rule of a lint run, as the configuration calls and sets it. */
export interface Participant {
  /** With its plugin's name: `ropelint/float-range`. */
  readonly ruleId: string;
  /** Our own id: `float-range`. */
  readonly id: string;
  readonly severity: Severity;
}

export interface LintedFile {
  readonly sourceCode: TextSource;
  readonly toolchain: Toolchain;
  readonly path: string;
  readonly settings: RopelintSettings;
}

const runs = new WeakMap<TextSource, FileRun>();

/**
 * One analysis of a file for all rules of a lint run. ESLint creates every rule before it visits a file, so that when the first
 * one asks, all that take part are known: which findings feed one group, and what `unused-ignore` may call unused, hangs on that.
 */
export class FileRun {
  readonly #file: LintedFile;
  readonly #participants: Participant[] = [];
  #result: Result | null = null;

  private constructor(file: LintedFile) {
    this.#file = file;
  }

  static join(file: LintedFile, participant: Participant): FileRun {
    let run = runs.get(file.sourceCode);
    // A source code object may be linted again, with other rules.
    if (run === undefined || run.#result !== null) {
      run = new FileRun(file);
      runs.set(file.sourceCode, run);
    }
    run.#participants.push(participant);
    return run;
  }

  /** What a rule is to report. What the engine itself has to say falls to the first rule, whichever it is. */
  findingsOf({ ruleId, id, severity }: Participant): readonly Finding[] {
    const { findings, listed } = (this.#result ??= analyse(this.#file, this.#participants));
    const isFirst = this.#participants[0]?.ruleId === ruleId;
    return findings.filter((finding) =>
      isEngineCode(finding.rule)
        ? isFirst
        : finding.rule === id && (listed.includes(id) || isAtLeast(finding.severity, severity)),
    );
  }
}

interface Result {
  readonly findings: readonly Finding[];
  /** Rules whose findings are notes and are reported all the same. */
  readonly listed: readonly string[];
}

interface Selection extends FileSettings {
  readonly listed: readonly string[];
}

/** The flags that would ask the command line for the same. */
function selectionOf({ settings }: LintedFile, participants: readonly Participant[]): Selection {
  const environment = settings.environments;
  const severity = participants.map((one) => one.severity).reduce((a, b) => (isAtLeast(a, b) ? b : a));
  const selection = selectRules(ruleInfos, {
    select: participants.map(({ id }) => id),
    environment,
    severityOf: () => severity,
  });
  const chosen = ruleInfos.filter(({ id }) => selection.rules.includes(id));
  const environments = selectEnvironments(environmentInfos, environment, chosen);
  return {
    options: { ...selection, environments, exhaustive: false, severity },
    listed: selection.listed,
    isPrinted: printedFilter(selection, () => severity),
  };
}

function analyse(file: LintedFile, participants: readonly Participant[]): Result {
  const selection = selectionOf(file, participants);
  const { listed } = selection;
  const findings = check(file, selection);
  const silenced = findings.filter(({ rule, span }) =>
    participants.some(({ ruleId, id }) => id === rule && isDisabled(file.sourceCode, ruleId, span)),
  );
  const groups = new Set(silenced.map(({ fix }) => fix?.group));
  const isTouched = (finding: Finding): boolean =>
    finding.fix !== null && groups.has(finding.fix.group) && !silenced.includes(finding);
  if (!findings.some(isTouched)) return { findings, listed };
  const without = check(file, { ...selection, options: { ...selection.options, silenced } });
  const repaired = findings.map((finding) => {
    if (!isTouched(finding)) return finding;
    const same = without.find(({ rule, span }) => rule === finding.rule && span.start === finding.span.start);
    return { ...finding, fix: same?.fix ?? null };
  });
  return { findings: repaired, listed };
}

/** As `ropelint check --stdin-filename` does: the findings that it prints. */
function check(
  { sourceCode: { text }, toolchain, path }: LintedFile,
  settings: FileSettings,
): readonly Finding[] {
  const place = { path, real: path };
  const { options, isPrinted } = settings;
  const findings = inspectText(text, { ...options, ...surroundingsOf(path) }, toolchain);
  const checked = { file: place, bytes: null, text, findings, settings };
  const [adjusted = checked] = adjust([checked], [place]);
  return adjusted.findings.filter(isPrinted);
}
