/** A line of code as its brackets, commas, operators and dots. */

export interface Pair {
  readonly open: number;
  readonly close: number;
}

export interface Delimiter {
  /** Where the operator begins, without the space before it. */
  readonly offset: number;
  /** Operators of a higher rank are split first. */
  readonly rank: number;
}

export interface Shape {
  /** Brackets that stand in no other. */
  readonly pairs: readonly Pair[];
  /** Commas outside brackets. */
  readonly commas: readonly number[];
  /** Operators outside brackets. */
  readonly operators: readonly Delimiter[];
  /** Dots that follow a closing bracket, outside brackets. */
  readonly dots: readonly number[];
}

const OPERATOR =
  /(?<= )(?:\*\*|\/\/|<<|>>|[-+*/%@&|^]|[=!]=|[<>]=?|(?:is not|not in|is|in|and|or|if|else)(?= ))(?= )/;
const TOKENS = new RegExp(
  `'''|"""|'(?:\\\\.|[^'\\\\])*'|"(?:\\\\.|[^"\\\\])*"|#.*|[([{]|[)\\]}]\\.?|,|${OPERATOR.source}`,
  "g",
);

const RANKS: readonly (readonly [RegExp, number])[] = [
  [/^(?:if|else)$/, 9],
  [/^or$/, 8],
  [/^and$/, 7],
  [/^(?:is not|not in|is|in|[=!]=|[<>]=?)$/, 6],
  [/^\|$/, 5],
  [/^\^$/, 4],
  [/^&$/, 3],
  [/^(?:<<|>>)$/, 2],
  [/^[-+]$/, 1],
  [/^(?:\*|\/|\/\/|%|@)$/, 0],
  [/^\*\*$/, -1],
];

/** Null for lines that are not whole: unbalanced, with a comment or a string that may go on elsewhere. */
export function shapeOf(code: string): Shape | null {
  const shape = {
    pairs: [] as Pair[],
    commas: [] as number[],
    operators: [] as Delimiter[],
    dots: [] as number[],
  };
  const open: number[] = [];
  for (const { 0: token, index } of code.matchAll(TOKENS)) {
    if (token.startsWith("#") || token === "'''" || token === '"""') return null;
    if (/^[([{]/.test(token)) {
      open.push(index);
    } else if (/^[)\]}]/.test(token)) {
      const start = open.pop();
      if (start === undefined) return null;
      if (open.length > 0) continue;
      shape.pairs.push({ open: start, close: index });
      if (token.endsWith(".")) shape.dots.push(index + 1);
    } else if (open.length === 0) {
      if (token === ",") shape.commas.push(index);
      const rank = RANKS.find(([operator]) => operator.test(token))?.[1];
      if (rank !== undefined) shape.operators.push({ offset: index, rank });
    }
  }
  return open.length === 0 ? shape : null;
}

/** The operators of the highest rank. */
export function weakest(operators: readonly Delimiter[]): readonly Delimiter[] {
  const rank = Math.max(...operators.map((operator) => operator.rank));
  return operators.filter((operator) => operator.rank === rank);
}

/** The width of a line in characters. */
export function width(line: string): number {
  return /^[\x20-\x7e]*$/.test(line) ? line.length : Array.from(line).length;
}
