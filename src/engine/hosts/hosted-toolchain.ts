import type { Span } from "../../ir/program.ts";
import type { Finding } from "../../verify/finding.ts";
import type { InspectOptions } from "../inspect.ts";
import type { Toolchain } from "../toolchain.ts";
import type { Host } from "./host.ts";
import { partsIn } from "./hosted-text.ts";
import { blank, withoutMagics } from "./magics.ts";

/** How the text of a hosted file's parts is checked: as Python that stands exactly where they stand. */
export function hostedToolchain({ isOneModule }: Host, python: Toolchain): Toolchain {
  const inspect = isOneModule ? inspectTogether : inspectApart;
  return {
    ...python,
    inspect: (text, options) => inspect(new Parts(text, python), options, python),
    // What follows or calls a function of another file is a module; no file of these is.
    callsOut: () => [],
    countSyntaxErrors: (text) => {
      const { all, code } = new Parts(text, python);
      return all.reduce((sum, { start, end }) => sum + python.countSyntaxErrors(code.slice(start, end)), 0);
    },
  };
}

/** The parts of a text as Python. */
class Parts {
  readonly all: readonly Span[];
  /** The text with nothing in it but Python. */
  readonly code: string;
  readonly #python: Toolchain;

  constructor(text: string, python: Toolchain) {
    this.#python = python;
    this.all = partsIn(text);
    let code = "";
    for (const { start, end } of this.all)
      code += text.slice(code.length, start) + withoutMagics(text.slice(start, end));
    this.code = code + text.slice(code.length);
  }

  isBroken({ start, end }: Span): boolean {
    return this.#python.countSyntaxErrors(this.code.slice(start, end)) > 0;
  }

  /** The code of these parts, each where it is, and nothing else. */
  only(kept: readonly Span[]): string {
    let code = "";
    for (const { start, end } of kept)
      code += blank(this.code.slice(code.length, start)) + this.code.slice(start, end);
    return code + blank(this.code.slice(code.length));
  }
}

/** One module. A part that does not parse would not have run: the others are read without it. */
function inspectTogether(parts: Parts, options: InspectOptions, python: Toolchain): readonly Finding[] {
  // Each is asked by itself: two strings that do not end make one that does.
  const whole = parts.all.filter((part) => !parts.isBroken(part));
  return python.inspect(whole.length === parts.all.length ? parts.code : parts.only(whole), options);
}

const importLine = /^(?:import|from)[ \t][^\n(\\]*$/gm;

/**
 * Modules of their own, but for what was imported before: nobody writes that down twice. What does not parse is no code that anybody
 * runs: an excerpt, a signature, an ellipsis.
 */
function inspectApart(parts: Parts, options: InspectOptions, python: Toolchain): readonly Finding[] {
  const imports: Span[] = [];
  return parts.all.flatMap((part) => {
    const source = parts.code.slice(part.start, part.end);
    const isOfInterest = python.literals.some((literal) => source.includes(literal));
    const found =
      isOfInterest && !parts.isBroken(part) ? python.inspect(parts.only([...imports, part]), options) : [];
    for (const { 0: line, index } of source.matchAll(importLine))
      imports.push({ start: part.start + index, end: part.start + index + line.length });
    return found.filter(({ span }) => span.start >= part.start);
  });
}
