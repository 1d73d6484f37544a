import type { LinkedModule, Program, Span } from "../ir/program.ts";

interface LinkedPlace {
  readonly module: LinkedModule;
  /** In the module's text. */
  readonly span: Span;
}

/** The module, and the place in it, that a span of a linked module speaks of. */
export function linkedPlace({ links }: Program, { start, end }: Span): LinkedPlace | null {
  for (const { module } of links?.values() ?? []) {
    const { base, text } = module;
    if (base <= start && start <= base + text.length)
      return { module, span: { start: start - base, end: end - base } };
  }
  return null;
}
