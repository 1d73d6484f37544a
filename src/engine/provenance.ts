/** Where code comes from, as its comments say: generated from another file, or copied from another definition. */

/** A definition below a `# Copied from` comment. */
export interface Copy {
  /** Qualified name of the definition that is the copy. */
  readonly definition: string;
  /** Dotted path of what it was copied from. */
  readonly source: string;
  /** What the copy renames. */
  readonly replacements: readonly { readonly from: string; readonly to: string }[];
}

const generated = /\b(?:auto(?:matically)?[- ]?generated|generated automatically)\b/i;
const generatedFrom =
  /\bgenerated\s+(?:from|by)\s+(?:the\s+(?:file\s+)?)?[`'"]?([\w./\\-]+?)[`'"]?\.?(?=[\s,;:)]|$)/i;
const notToBeEdited = /\bdo\s+not\s+(?:manually\s+)?(?:edit|modify|change)\b|\bdon'?t\s+edit\b/i;
/** `with` is left out at times; any other prose after the path makes it no copy that somebody keeps equal. */
const copiedFrom =
  /^([ \t]*)#[ \t]*Copied[ \t]+from[ \t]+(?:src\.)?(\w+(?:\.\w+)+)(?:[ \t]+(?=\S)(with\b.*|.*->.*))?[ \t]*$/i;
const definitionStart = /^([ \t]*)(?:async[ \t]+)?(?:def|class)[ \t]+([^\W\d]\w*)/;

/**
 * The file that this text says it was generated from, '' where it is generated and names none, null where it is not. Only the
 * comments that open the file count, a docstring included.
 */
export function generatedFromFile(text: string): string | null {
  const opening = openingComments(text);
  if (/(?:^|\s)@generated\b/.test(opening)) return generatedFrom.exec(opening)?.[1] ?? "";
  if (!generated.test(opening) || !notToBeEdited.test(opening)) return null;
  const named = generatedFrom.exec(opening)?.[1] ?? "";
  return /[./\\]/.test(named) ? named : "";
}

function openingComments(text: string): string {
  const lines: string[] = [];
  let quote: string | null = null;
  for (const line of text.slice(0, 8192).split(/\r\n|\n|\r/)) {
    const trimmed = line.replace(/^\ufeff/, "").trim();
    if (quote === null && trimmed !== "" && !trimmed.startsWith("#")) {
      quote = /^[rRuU]?("""|''')/.exec(trimmed)?.[1] ?? null;
      if (quote === null) break;
      if (trimmed.includes(quote, trimmed.indexOf(quote) + 3)) quote = null;
    } else if (quote !== null && trimmed.includes(quote)) quote = null;
    lines.push(trimmed.replace(/^#+/, " "));
  }
  return lines.join(" ").replace(/\s+/g, " ");
}

/** Every definition that a `# Copied from` comment stands above. */
export function copiesIn(text: string): readonly Copy[] {
  if (!/copied[ \t]+from/i.test(text)) return [];
  const copies: Copy[] = [];
  const enclosing: { indent: number; name: string }[] = [];
  let pending: { indent: number; source: string; replacements: Copy["replacements"] } | null = null;
  for (const line of blankStrings(text).split(/\r\n|\n|\r/)) {
    const comment = copiedFrom.exec(line);
    if (comment !== null) {
      const [, space = "", source = "", changes = ""] = comment;
      pending = { indent: space.length, source, replacements: parseReplacements(changes) };
      continue;
    }
    const found = definitionStart.exec(line);
    if (found !== null) {
      const [, space = "", name = ""] = found;
      while ((enclosing.at(-1)?.indent ?? -1) >= space.length) enclosing.pop();
      enclosing.push({ indent: space.length, name });
      if (pending?.indent === space.length)
        copies.push({ ...pending, definition: enclosing.map((outer) => outer.name).join(".") });
      pending = null;
    } else if (pending !== null && endsDecoration(line, pending.indent)) pending = null;
  }
  return copies.map(({ definition, source, replacements }) => ({ definition, source, replacements }));
}

/** Between the comment and its definition stand decorators, which may take several lines, other comments and blank lines. */
function endsDecoration(line: string, indent: number): boolean {
  const trimmed = line.trimStart();
  if (trimmed === "" || /^[#@)\]}]/.test(trimmed)) return false;
  return line.length - trimmed.length <= indent;
}

function parseReplacements(text: string): Copy["replacements"] {
  return text
    .split(",")
    .map((part) => /(?<![\w.])([\w.]+)\s*->\s*([\w.]+)/.exec(part))
    .filter((match) => match !== null)
    .map(([, from = "", to = ""]) => ({ from, to }));
}

/** The text with the inside of its strings made blank, line for line: a docstring may show a class or a comment. */
function blankStrings(text: string): string {
  const token =
    /#[^\r\n]*|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\r\n]|\\[^])*"?|'(?:[^'\\\r\n]|\\[^])*'?/g;
  return text.replace(token, (match) => (match.startsWith("#") ? match : match.replace(/[^\r\n]/g, " ")));
}
