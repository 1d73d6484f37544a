import type { IgnoreProblem } from "../src/ir/program.ts";
import type { CommentRule, IgnoreFlaw } from "../src/analysis/rule.ts";

/** An ignore comment that silences nothing: its finding is gone, or it was never understood. */
export const unusedIgnore: CommentRule = {
  id: "unused-ignore",
  summary: "ignore comment that silences nothing",
  strict: false,
  severity: "warning",
  literals: ["ropelint:"],
  describe,
};

const form = '"# ropelint: ignore[RULE] reason"';

const problems: Readonly<Record<IgnoreProblem, string>> = {
  "unknown directive": `only "ignore", "ignore-block" and "ignore-file" may follow "ropelint:"; write ${form}`,
  "no brackets": `rules stand in brackets; write ${form}`,
  "unclosed brackets": 'the bracket is not closed with "]"',
  "empty brackets": "the brackets name no rule; without brackets every rule is ignored",
  "no comment of its own": `it needs a "#" of its own; write ${form}`,
  "not on a line of its own": '"ignore-block" and "ignore-file" have to stand on a line of their own',
  "no block below": '"ignore-block" stands above what opens a block: def, class, if, for, with',
};

const places = { line: "here", block: "in this block", file: "in this file" } as const;

function describe(flaw: IgnoreFlaw): string {
  switch (flaw.kind) {
    case "malformed":
      return `this ignore comment is not understood and silences nothing: ${problems[flaw.problem]}`;
    case "unknown":
      return `this ignore comment names "${flaw.id}", and no rule is called that${flaw.nearest === null ? "" : `; did you mean "${flaw.nearest}"?`}`;
    case "unused": {
      const where = places[flaw.scope];
      const help = flaw.isForBlock ? '; "ignore-block" speaks of the block below as well' : "";
      if (flaw.ids.length === 0) return `unused ignore comment: no rule finds anything ${where}${help}`;
      const finds = `${flaw.ids.join(", ")} ${flaw.ids.length === 1 ? "finds" : "find"} nothing ${where}`;
      return `${flaw.inPart ? "partly unused" : "unused"} ignore comment: ${finds}${help}`;
    }
  }
}
