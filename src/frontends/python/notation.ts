import type { Notation } from "../notation.ts";

function quoted(value: string): string {
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

export const pythonNotation: Notation = {
  constant: (value) => (value === null ? "None" : value ? "True" : "False"),
  string: quoted,
  not: "not ",
  named: (name, value) => `${name}=${value}`,
  together: (named) => named.join(", "),
  endsAtLine: true,
  splitsLines: true,
};
