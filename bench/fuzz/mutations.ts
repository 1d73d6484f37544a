import fc from "fast-check";

/**
 * One change of a file's bytes. Texts are handled as Latin-1, a character a byte, so that what is no text survives. `at` and `from`
 * are places as fractions, so that a mutation means something in whatever file the ones before it have left.
 */
export interface Mutation {
  readonly kind: string;
  readonly at: number;
  readonly from: number;
  /** How much, how often, which one. */
  readonly size: number;
}

type Change = (text: string, mutation: Mutation) => string;

const fragments = [
  "torch.arange(8, dtype=x.dtype)",
  "torch.arange(0, 128, 2, dtype=torch.float32)",
  ".to(x.dtype)",
  ".float()",
  ".type_as(x)",
  "[:, None]",
  " if x else ",
  "lambda: ",
  "*args",
  "**options",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ":",
  ",",
  "=",
  ":=",
  "->",
  "@",
  "\n",
  "\n    ",
  "\\\n",
  ";",
  "return ",
  "yield ",
  "await ",
  "async ",
  "for i in range(3):\n            ",
  "while True:\n        ",
  "try:\n        ",
  "match x:\n    case ",
  "class A(A): ",
  "def f(self, x): return ",
  "self.",
  "None",
  "'",
  '"""',
  'f"{',
  "`${",
  "/*",
  "//",
  "</script>",
  "#",
  "# ropelint: ignore[float-range]",
  "# ropelint: ignore-file\n",
  "// eslint-disable-next-line\n",
  "# Copied from a.b.C with X->Y\n",
  "\u00e9",
  "\xc3\xa9",
  "\xf0\x9f\x98\x80",
  "\xe2\x80\xa8",
  "\t",
  "\f",
  "\v",
];

const numbers = [
  "0",
  "-1",
  "1e400",
  "-1e-400",
  "0x7fffffffffffffff",
  "18446744073709551616",
  "1_0",
  "0b2",
  "1e",
  "float('nan')",
  "1j",
  "10n",
  "4294967296",
  "None",
  "2**63",
  "2**2**2**2**9",
  "1000000",
  "10**9",
  "10**13",
];

const cookies = [
  "utf-8",
  "latin-1",
  "cp1252",
  "ascii",
  "utf-16",
  "shift_jis",
  "rot13",
  "utf-8-sig",
  "x".repeat(200),
];

/** What a bracket, a prefix or a suffix is repeated of, around or behind a name. */
const nests = [
  ["(", ")"],
  ["[", "]"],
  ["-", ""],
  ["not ", ""],
  ["!", ""],
  ["lambda: ", ""],
  ["f(", ")"],
  ["torch.arange(", ")"],
  ["{1: ", "}"],
  ["x if y else ", ""],
  ["(yield ", ")"],
  ["() => ", ""],
  ["", ".float()"],
  ["", "[0]"],
  ["", ".T"],
  ["`${", "}`"],
] as const;

const joints = [
  " + ",
  " * ",
  ", ",
  " and ",
  " == ",
  " | ",
  " ** ",
  " if x else ",
  ".a ",
  "; ",
  " // ",
  "\n",
  " @ ",
  " ?? ",
];

/** Cheap ones are drawn far more often than those that make a file big. */
const changes: Readonly<Record<string, { readonly weight: number; readonly change: Change }>> = {
  deleteTokens: { weight: 6, change: (text, mutation) => spliceTokens(text, mutation, () => "") },
  doubleTokens: {
    weight: 5,
    change: (text, mutation) => spliceTokens(text, mutation, (tokens) => tokens + tokens),
  },
  moveTokens: {
    weight: 5,
    change: (text, mutation) => {
      const taken = tokensAt(text, mutation.from, 1 + (mutation.size % 8));
      return spliceTokens(text, mutation, (tokens) => tokens + taken.tokens);
    },
  },
  replaceTokens: {
    weight: 5,
    change: (text, mutation) => {
      const taken = tokensAt(text, mutation.from, 1 + (mutation.size % 4));
      return spliceTokens(text, mutation, () => taken.tokens);
    },
  },
  insert: { weight: 6, change: (text, { at, size }) => insertAt(text, at, pick(fragments, size)) },
  number: {
    weight: 4,
    change: (text, mutation) => replaceNumber(text, mutation, pick(numbers, mutation.size)),
  },
  truncate: { weight: 2, change: (text, { at }) => text.slice(0, place(text, at)) },
  behead: { weight: 1, change: (text, { at }) => text.slice(place(text, at)) },
  flip: {
    weight: 3,
    change: (text, { at, size }) => {
      const index = place(text, at);
      const byte = (text.charCodeAt(index) || 0) ^ (1 << (size % 8));
      return text.slice(0, index) + String.fromCharCode(byte) + text.slice(index + 1);
    },
  },
  lines: { weight: 4, change: moveLines },
  indent: { weight: 2, change: indentLines },
  cookie: { weight: 1, change: (text, { size }) => `# -*- coding: ${pick(cookies, size)} -*-\n${text}` },
  mark: { weight: 1, change: (text) => `\xef\xbb\xbf${text}` },
  utf16: {
    weight: 1,
    change: (text, { size }) => {
      const bytes = Buffer.from(text, "utf16le");
      const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), size % 2 ? bytes.swap16() : bytes]);
      return marked.toString("latin1");
    },
  },
  nul: { weight: 1, change: (text, { at }) => insertAt(text, at, "\0") },
  surrogate: { weight: 1, change: (text, { at }) => insertAt(text, at, "\xed\xa0\x80") },
  lineEnds: { weight: 2, change: changeLineEnds },
  nest: { weight: 1, change: nest },
  deepNest: {
    weight: 0.15,
    change: (text, mutation) => nest(text, { ...mutation, size: 300 + mutation.size * 3 }),
  },
  join: { weight: 1, change: join },
  longJoin: {
    weight: 0.1,
    change: (text, mutation) => join(text, { ...mutation, size: mutation.size * 12 }),
  },
  hugeNumber: {
    weight: 0.5,
    change: (text, mutation) => replaceNumber(text, mutation, "9".repeat(mutation.size * 20)),
  },
  hugeString: {
    weight: 0.3,
    change: (text, { at, size }) => insertAt(text, at, `"${"a ".repeat(size * 10)}"`),
  },
  longLine: { weight: 0.3, change: (text, { at, size }) => insertAt(text, at, " ".repeat(size * 100)) },
  manyLines: { weight: 0.2, change: (text, { at, size }) => insertAt(text, at, "\n".repeat(size * 20)) },
};

/** Sizes reach to here: 3,000 times nested, 12,000 terms, 20,000 digits. */
const maximumSize = 1000;

const kinds = Object.entries(changes).map(([kind, { weight }]) => ({
  // Weights are whole numbers to fast-check.
  weight: Math.round(weight * 100),
  arbitrary: fc.constant(kind),
}));

const mutation = fc.record<Mutation>({
  kind: fc.oneof(...kinds),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.nat(maximumSize),
});

/** One to six changes of one file. */
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 6 });

/** A file does not grow beyond this: nested mutations of big files only test the machine's memory. */
const maximumBytes = 400_000;

export function mutate(bytes: Uint8Array, all: readonly Mutation[]): Uint8Array {
  let text = Buffer.from(bytes).toString("latin1");
  for (const one of all) {
    const changed = changes[one.kind]?.change(text, one) ?? text;
    if (changed.length <= maximumBytes) text = changed;
  }
  return Buffer.from(text, "latin1");
}

function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function place(text: string, at: number): number {
  return Math.floor(at * text.length);
}

function insertAt(text: string, at: number, inserted: string): string {
  const index = place(text, at);
  return text.slice(0, index) + inserted + text.slice(index);
}

/** So many tokens near a place; only the part of the text that matters is split. */
function tokensAt(text: string, at: number, count: number): { start: number; end: number; tokens: string } {
  const rough = place(text, at);
  const start = rough - (/\w{0,80}$/.exec(text.slice(Math.max(0, rough - 80), rough))?.[0].length ?? 0);
  const token = /\w+|\s+|[^\w\s]/y;
  token.lastIndex = start;
  let end = start;
  for (let taken = 0; taken < count && token.test(text); taken++) end = token.lastIndex;
  return { start, end, tokens: text.slice(start, end) };
}

function spliceTokens(text: string, { at, size }: Mutation, change: (tokens: string) => string): string {
  const { start, end, tokens } = tokensAt(text, at, 1 + (size % 5));
  return text.slice(0, start) + change(tokens) + text.slice(end);
}

function replaceNumber(text: string, { at }: Mutation, number: string): string {
  const found = /\b\d[\w.]*/.exec(text.slice(place(text, at)));
  if (!found) return text;
  const start = place(text, at) + found.index;
  return text.slice(0, start) + number + text.slice(start + found[0].length);
}

function moveLines(text: string, { at, from, size }: Mutation): string {
  const lines = text.split("\n");
  const [i, j] = [Math.floor(at * lines.length), Math.floor(from * lines.length)];
  const count = 1 + (size % 6);
  if (size % 3 === 0) lines.splice(i, count);
  else if (size % 3 === 1) lines.splice(i, 0, ...lines.slice(j, j + count));
  else lines.splice(i, count, ...lines.slice(j, j + count));
  return lines.join("\n");
}

function indentLines(text: string, { at, size }: Mutation): string {
  const lines = text.split("\n");
  const start = Math.floor(at * lines.length);
  for (let i = start; i < Math.min(lines.length, start + 1 + (size % 4)); i++) {
    const line = lines[i] ?? "";
    lines[i] = size % 2 ? ` ${size % 5 ? "   " : "\t"}${line}` : line.replace(/^ {1,4}/, "");
  }
  return lines.join("\n");
}

function changeLineEnds(text: string, { size }: Mutation): string {
  const ends = ["\r\n", "\r", "\n", "\r\n"];
  let index = size;
  return text.replace(/\r?\n/g, () => (size % 3 === 0 ? pick(ends, index++) : pick(ends, size)));
}

/** A name in brackets in brackets. */
function nest(text: string, { at, size }: Mutation): string {
  const [before, after] = pick(nests, Math.floor(at * 1e6));
  const start = place(text, at);
  const found = /\b\w+/.exec(text.slice(start)) ?? { 0: "x", index: 0 };
  const [from, to] = [start + found.index, start + found.index + found[0].length];
  const depth = 1 + size;
  return (
    text.slice(0, from) + before.repeat(depth) + text.slice(from, to) + after.repeat(depth) + text.slice(to)
  );
}

/** A name as a sum of many. */
function join(text: string, { at, size }: Mutation): string {
  const start = place(text, at);
  const found = /\b\w+/.exec(text.slice(start)) ?? { 0: "x", index: 0 };
  const end = start + found.index + found[0].length;
  return (
    text.slice(0, end) + (pick(joints, Math.floor(at * 1e6)) + found[0]).repeat(1 + size) + text.slice(end)
  );
}
