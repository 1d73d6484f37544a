import type { Span } from "../ir/program.ts";
import { withoutEvidence, type Finding } from "../verify/finding.ts";

/**
 * Codes of what the engine itself reports: a file that can't be read or written, code that must be analysed and can't be
 * parsed, and a defect of ropelint. No rule carries them, and they are errors always.
 */
export const engineCodes = ["io-error", "syntax-error", "internal-error"] as const;
export type EngineCode = (typeof engineCodes)[number];

export function isEngineCode(code: string): code is EngineCode {
  return (engineCodes as readonly string[]).includes(code);
}

const startOfFile: Span = { start: 0, end: 0 };

export function engineFinding(rule: EngineCode, message: string, span: Span = startOfFile): Finding {
  return withoutEvidence({ rule, severity: "error", message, span });
}

/** For `inspect`: code that would have to be analysed and can't be parsed. Other findings of the file may stand beside it. */
export function syntaxError(message: string, span: Span): Finding {
  return engineFinding("syntax-error", message, span);
}

/** For `inspect`: thrown where nothing of the file can be analysed. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}
