/** A part of a document that the tool itself writes: `<!-- generated: WHAT -->` ... `<!-- /generated -->`. */
const block = /<!-- generated: (.+?) -->\n[\s\S]*?<!-- \/generated -->/g;

/** The document with every generated part replaced by what `write` says it is. */
export async function fillBlocks(
  markdown: string,
  write: (what: string) => string | Promise<string>,
): Promise<string> {
  const contents = new Map<string, string>();
  for (const [, what = ""] of markdown.matchAll(block)) contents.set(what, await write(what));
  return markdown.replace(
    block,
    (_match, what: string) =>
      `<!-- generated: ${what} -->\n\n${contents.get(what) ?? ""}\n\n<!-- /generated -->`,
  );
}

/** A fenced block of code in a document. */
export interface Fence {
  readonly language: string;
  /** What stands after the language: `bad`, `good`, `silent`. */
  readonly tag: string;
  readonly code: string;
}

export function fencesIn(markdown: string): readonly Fence[] {
  const fences = markdown.matchAll(/^```(\w+)?(?: (\w+))?\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language = "", tag = "", code = ""]) => ({ language, tag, code }));
}

export function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}
