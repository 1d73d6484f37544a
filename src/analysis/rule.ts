import type { Expr, IgnoreComment, IgnoreProblem, Program } from "../ir/program.ts";
import type { Node } from "../ir/graph.ts";
import type { LowDType, Setting } from "./environments.ts";
import type { AnalysedUnit } from "./analysed-unit.ts";
import type { FileAnalysis } from "./file.ts";
import type { Rotation } from "./matching/rotations.ts";
import type { Integrality } from "./values/integrality.ts";

/** A place where a rule's hazard begins, in one unit. */
export interface Root {
  readonly node: Node;
  /** Settings in which the node is the root: its own result is low, and nothing it is computed from. */
  readonly settings: readonly Setting[];
  /** What the text says of the value, for the message: 'positions', 'channel indices'. */
  readonly subject: string;
  readonly integrality: Integrality;
  /** The low dtype that the text itself asks for, or null: then plain is a finding's environment too. */
  readonly writtenLow: LowDType | null;
  /** The most it can be: a warning where its dtype comes from an argument that may not be floating at all. */
  readonly cap?: "warning" | "note";
  /** What to do by hand where no rewrite is proposed, as the message's end. */
  readonly advice?: string;
  /**
   * Rotations of one definition. What a query holds is not known where it is rotated: the reference kernel says what the low
   * dtype costs there, and a rewrite is evaluated with a head of that kernel.
   */
  readonly rotations?: readonly Rotation[];
  /** What is lost whatever the numbers are ("drops ..."): an error in the root's settings, everywhere where it has none. */
  readonly lost?: Lost;
  /** A statement of what raises, where the code is an error in every environment. */
  readonly raises: string | null;
  /** The hazard is no number: a dtype that leaves, a device. Nothing is judged, the rule says what it is. */
  readonly stated?: Stated;
  /** Other places that belong to the finding. */
  readonly related?: readonly RelatedNode[];
}

export interface Lost {
  /** What happens, for the message's end. */
  readonly effect: string;
  /** Whether as much is lost after a rewrite. */
  readonly remains: (after: AnalysedUnit) => boolean;
}

/** A hazard that no output's values show. */
export interface Stated {
  readonly severity: "warning" | "note";
  readonly settings: readonly Setting[];
  /** What happens, for the end of the message. */
  readonly effect: string;
  /** Whether it is still there in a setting after a rewrite. */
  readonly holds: (after: AnalysedUnit, setting: Setting) => boolean;
  /** The repair changes plain too: a device. */
  readonly changesPlain: boolean;
}

export interface RelatedNode {
  readonly node: Node;
  readonly message: string;
}

/** A way to repair one root; the boundary form also casts where the repaired group's values leave. */
export interface Candidate {
  /** In words, as the fix's message: 'build the range in int64, then .float()'. */
  readonly form: string;
  readonly substitutions: ReadonlyMap<Expr, Expr>;
  /** dtype expression to cast back to where values leave the slice, or null where nothing changes there. */
  readonly boundary: Expr | null;
}

export interface Tally {
  /** The environment that makes the findings worth listing. */
  readonly environment: string;
  /** What follows a count of one, and of more: `frequency tables are kept in buffers that ...` */
  readonly one: string;
  readonly many: string;
}

/** What every rule says of itself. */
interface RuleRecord {
  readonly id: string;
  readonly summary: string;
  /** Not part of the default set. */
  readonly strict: boolean;
  /**
   * A strict rule whose findings nearly every model has: counted in one line a run, in these words. Selecting the rule lists
   * them, as notes; selecting the environment by name makes them findings like others.
   */
  readonly tally?: Tally;
  /** The languages whose code it is asked about; left out for Python alone. */
  readonly languages?: readonly Program["language"][];
  /** Text without which no file can hold a finding. */
  readonly literals: readonly string[];
  /** The most its findings can be: where more is asked for it does not run. */
  readonly most?: "note";
  /** What its notes still ask for, where nothing moves beyond a rounding. */
  readonly convention?: string;
  /** An environment that is evaluated where the rule is selected, beside those that are on anyway. */
  readonly environment?: string;
}

/** A rule of the value graph: data, one match function, the rewrites it proposes. */
export interface Rule extends RuleRecord {
  readonly match: (unit: AnalysedUnit, settings: readonly Setting[], file: FileAnalysis) => readonly Root[];
  /** Least invasive first; null for a rule, or a root, that has none: such a finding says what to do by hand. */
  readonly rewrites:
    ((root: Root, unit: AnalysedUnit, file: FileAnalysis) => readonly Candidate[] | null) | null;
  /** Its rewrites are shown and never applied, however well they verify. */
  readonly suggests?: boolean;
  /** Where nothing moves by more than one rounding there is no finding, not even a note. */
  readonly onlyHarmful?: boolean;
  readonly message: (root: Root, file: FileAnalysis) => string;
}

/** What may be wrong with an ignore comment. */
export type IgnoreFlaw =
  | { readonly kind: "malformed"; readonly problem: IgnoreProblem }
  /** No rule has this id. */
  | { readonly kind: "unknown"; readonly id: string; readonly nearest: string | null }
  /** Nothing is silenced: by these ids, or by a comment without brackets. */
  | {
      readonly kind: "unused";
      readonly ids: readonly string[];
      readonly scope: IgnoreComment["scope"];
      /** It stands above the head of a block, and in the block they would silence something. */
      readonly isForBlock: boolean;
      /** The comment names other rules, too, which stay. */
      readonly inPart: boolean;
    };

/**
 * A rule of the ignore comments. What they silence is known only when every other rule has had its say, so verification
 * finds their flaws; the rule says what they are called and how bad they are.
 */
export interface CommentRule extends RuleRecord {
  readonly severity: "error" | "warning" | "note";
  readonly describe: (flaw: IgnoreFlaw) => string;
}

export type AnyRule = Rule | CommentRule;

export function isCommentRule(rule: AnyRule): rule is CommentRule {
  return "describe" in rule;
}

export function isAbout(rule: AnyRule, language: Program["language"]): boolean {
  return rule.languages === undefined ? language === "python" : rule.languages.includes(language);
}

export function isGraphRule(rule: AnyRule): rule is Rule {
  return !isCommentRule(rule);
}
