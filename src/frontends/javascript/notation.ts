import type { Notation } from "../notation.ts";

/** How a script is written: with the quotes that it has more of. */
export function scriptNotation(text: string): Notation {
  const quote = count(text, "'") > count(text, '"') ? "'" : '"';
  return {
    constant: String,
    string: (value) => {
      const inner = JSON.stringify(value).slice(1, -1);
      return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
    },
    not: "!",
    named: (name, value) => `${name}: ${value}`,
    together: (named) => `{ ${named.join(", ")} }`,
    endsAtLine: false,
    splitsLines: false,
  };
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
