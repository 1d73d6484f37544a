import type { Argument, Call, Span } from "../../ir/program.ts";
import type { Edit } from "../../ir/rewrite.ts";
import { sameArgument } from "./print-same.ts";
import { afterComma, lineEnd, newlineOf, nextLine, ownIndent, skipTrivia } from "./print-trivia.ts";

/** What editing an argument list asks of the printer around it. */
export interface ArgumentPrinter {
  readonly text: string;
  print(argument: Argument): string;
  /** Edits that turn the value of one argument into another's. */
  editValue(original: Argument, replacement: Argument): Edit[];
}

interface Written {
  readonly argument: Argument;
  readonly span: Span;
}

/**
 * Edits that turn one argument list into another, in the call's own style: arguments that stay keep their text, new ones
 * go in line or on lines of their own, a removed one takes its comma along. Null where the list can't be edited in place.
 */
export function editArguments(printer: ArgumentPrinter, original: Call, replacement: Call): Edit[] | null {
  const written = writtenArguments(original);
  if (!written || !original.span) return sameGenerator(printer, original, replacement);
  const partners = pairArguments(original.args, replacement.args);
  if (!partners) return null;
  if (original.args.length === replacement.args.length && partners.every((partner) => partner !== null)) {
    return replacement.args.flatMap((argument, place) =>
      editOne(printer, written[partners[place] ?? -1], argument),
    );
  }
  return editLength(printer, { written, close: original.span.end - 1 }, replacement.args, partners);
}

/** Null where an argument has no place in the text, or is a generator that shares the call's own parentheses. */
function writtenArguments(call: Call): Written[] | null {
  const written: Written[] = [];
  for (const argument of call.args) {
    if (!argument.span || argument.span.end === call.span?.end) return null;
    written.push({ argument, span: argument.span });
  }
  return written;
}

function sameGenerator(printer: ArgumentPrinter, original: Call, replacement: Call): Edit[] | null {
  const [old, argument] = [original.args[0], replacement.args[0]];
  if (!old || old.value !== argument?.value || replacement.args.length > 1) return null;
  return argument.name === null && argument.spread === "" ? printer.editValue(old, argument) : null;
}

/** For each new argument the place of the old one it comes from, or null; null where the order would change. */
function pairArguments(olds: readonly Argument[], news: readonly Argument[]): (number | null)[] | null {
  const taken = new Set<number>();
  const partners = news.map((): number | null => null);
  const passes: ((a: Argument, b: Argument) => boolean)[] = [
    (a, b) => a === b || (a.value === b.value && a.name === b.name && a.spread === b.spread),
    (a, b) => a.name !== null && a.name === b.name,
    (a, b) => sameArgument(a, b),
  ];
  for (const matches of passes) {
    news.forEach((argument, place) => {
      if (partners[place] !== null) return;
      const partner = olds.findIndex((old, index) => !taken.has(index) && matches(old, argument));
      if (partner < 0) return;
      taken.add(partner);
      partners[place] = partner;
    });
  }
  fillGaps(olds.length, partners);
  const order = partners.filter((partner) => partner !== null);
  return order.every((partner, place) => place === 0 || partner > (order[place - 1] ?? 0)) ? partners : null;
}

/** Between two arguments that stay, a removed and an added one are the same argument rewritten. */
function fillGaps(oldCount: number, partners: (number | null)[]): void {
  for (let place = 0; place < partners.length; place++) {
    if (partners[place] !== null) continue;
    const candidate = (place === 0 ? -1 : (partners[place - 1] ?? oldCount)) + 1;
    const following = partners.slice(place).find((partner) => partner !== null) ?? oldCount;
    if (candidate < following) partners[place] = candidate;
  }
}

function editOne(printer: ArgumentPrinter, old: Written | undefined, argument: Argument): Edit[] {
  if (!old) return [];
  const isRenamed = old.argument.name !== argument.name || old.argument.spread !== argument.spread;
  if (isRenamed || (isShorthand(old) && old.argument.value !== argument.value)) {
    return [{ ...old.span, content: printer.print(argument) }];
  }
  return printer.editValue(old.argument, argument);
}

/** `{ dtype }`: a name that stands for its value as well. */
function isShorthand({ argument, span }: Written): boolean {
  return argument.name !== null && argument.value.span?.start === span.start;
}

interface List {
  readonly written: readonly Written[];
  /** Offset of the closing parenthesis. */
  readonly close: number;
}

function editLength(
  printer: ArgumentPrinter,
  list: List,
  news: readonly Argument[],
  partners: readonly (number | null)[],
): Edit[] {
  const kept = new Set(partners);
  const [first] = list.written;
  if (first === undefined || partners.every((partner) => partner === null)) {
    return replaceAll(printer, list, news);
  }
  const edits: Edit[] = [];
  list.written.forEach((old, index) => {
    const place = partners.indexOf(index);
    const argument = news[place];
    if (argument) edits.push(...editOne(printer, old, argument));
    else edits.push(removal(printer.text, list.written, index, kept));
  });
  news.forEach((argument, place) => {
    if (partners[place] === null) edits.push(...insertion(printer, list, argument, place, partners));
  });
  return inOrder(edits);
}

/** Stable: insertions at one offset stay in the order they were made. */
function inOrder(edits: readonly Edit[]): Edit[] {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
    .map(({ edit }) => edit);
}

/** No argument stays: the whole list is replaced, up to a trailing comma. */
function replaceAll(printer: ArgumentPrinter, list: List, news: readonly Argument[]): Edit[] {
  const content = news.map((argument) => printer.print(argument)).join(", ");
  const first = list.written[0];
  const last = list.written.at(-1);
  if (!first || !last) return content === "" ? [] : [{ start: list.close, end: list.close, content }];
  const end = news.length === 0 ? (afterComma(printer.text, last.span.end) ?? last.span.end) : last.span.end;
  return [{ start: first.span.start, end, content }];
}

/** Removes an argument with its comma; comments stay. */
function removal(
  text: string,
  written: readonly Written[],
  index: number,
  kept: ReadonlySet<number | null>,
): Edit {
  const { start, end } = written[index]?.span ?? { start: 0, end: 0 };
  const next = written[index + 1]?.span;
  const comma = skipBlanks(text, afterComma(text, end) ?? end);
  if (next && [...kept].some((place) => place !== null && place > index)) {
    return { start, end: text.slice(end, next.start).includes("#") ? comma : next.start, content: "" };
  }
  const previous = written[index - 1]?.span.end ?? start;
  if (!text.slice(previous, start).includes("#")) return { start: previous, end, content: "" };
  const indent = ownIndent(text, start);
  if (indent === null || comma !== lineEnd(text, comma)) return { start, end: comma, content: "" };
  return { start: start - indent.length, end: nextLine(text, comma), content: "" };
}

function skipBlanks(text: string, offset: number): number {
  let place = offset;
  while (text[place] === " " || text[place] === "\t") place++;
  return place;
}

function insertion(
  printer: ArgumentPrinter,
  list: List,
  argument: Argument,
  place: number,
  partners: readonly (number | null)[],
): Edit[] {
  const { text } = printer;
  const content = printer.print(argument);
  const following = partners.slice(place).find((partner) => partner !== null);
  const next = list.written[following ?? -1]?.span;
  const indent = linesIndent(text, list);
  if (next) {
    const separator =
      indent !== null && ownIndent(text, next.start) !== null ? `${newlineOf(text)}${indent}` : " ";
    return [{ start: next.start, end: next.start, content: `${content},${separator}` }];
  }
  const last = partners.findLast((partner) => partner !== null) ?? 0;
  const end = list.written[last]?.span.end ?? list.close;
  if (indent === null) return [{ start: end, end, content: `, ${content}` }];
  // After the comment that may follow the last argument on its line.
  const comma = afterComma(text, end);
  const line = lineEnd(text, comma ?? end);
  const added = {
    start: line,
    end: line,
    content: `${newlineOf(text)}${indent}${content}${comma === null ? "" : ","}`,
  };
  return comma === null ? [{ start: end, end, content: "," }, added] : [added];
}

/** The indentation of a list that has one argument a line and its closing parenthesis on the last; null for others. */
function linesIndent(text: string, list: List): string | null {
  const indents = list.written.map(({ span }) => ownIndent(text, span.start));
  const last = list.written.at(-1);
  const indent = indents.at(-1);
  if (!last || indent === undefined || indent === null || indents.includes(null)) return null;
  const comma = afterComma(text, last.span.end);
  if (list.written.length === 1 && comma === null) return null;
  const closesAlone =
    ownIndent(text, list.close) !== null && skipTrivia(text, comma ?? last.span.end) === list.close;
  return closesAlone ? indent : null;
}
