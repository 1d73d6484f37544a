import type { Tally } from "../analysis/rule.ts";
import type { Program } from "../ir/program.ts";

/** What can be said of a rule without loading it. */
export interface RuleSummary {
  readonly id: string;
  /** One line: what it finds. */
  readonly summary: string;
  /** Strict rules run only where they are selected by name or by ALL. */
  readonly strict: boolean;
  /** An environment that is evaluated where the rule runs, beside the default ones. */
  readonly environment: string | null;
  /** Its findings are counted in one line unless the rule is selected, or this environment is by name. */
  readonly tally?: Tally;
  /** The languages whose code it is asked about. */
  readonly languages: readonly Program["language"][];
  /** Text without which no file can hold a finding. */
  readonly literals: readonly string[];
}

/** What the engine and the command line need to know of a rule. */
export interface RuleInfo extends Omit<RuleSummary, "languages" | "literals"> {
  /** The rule's page, in Markdown, as `ropelint rule ID` prints it. */
  readonly page: string;
  readonly url: string | null;
}

/** What the command line needs to know of an environment's record. */
export interface EnvironmentInfo {
  readonly name: string;
  /** One line: what it changes. */
  readonly summary: string;
  /** Who meets it. */
  readonly met: string;
  /** The low dtypes it is evaluated in. */
  readonly dtypes: readonly string[];
  /** Library behaviour that the record assumes, where there is a choice. */
  readonly assumes: string | null;
  /** False for combinations and older behaviours: shown beside a finding, they never decide a verdict. */
  readonly decides: boolean;
  /** Evaluated where nothing is selected. */
  readonly isDefault: boolean;
}
