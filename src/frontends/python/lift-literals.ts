/** The value of a Python number literal; null for imaginary ones. */
export function numberValue(literal: string): { value: number; integer: boolean } | null {
  const text = literal.replaceAll("_", "").toLowerCase();
  if (text.endsWith("j")) return null;
  if (/^0[xob]/.test(text)) return { value: Number(text), integer: true };
  // Python 2 wrote longs as 10l and octal numbers as 0777.
  const digits = text.endsWith("l") ? text.slice(0, -1) : text;
  if (/^0[0-7]+$/.test(digits)) return { value: Number.parseInt(digits, 8), integer: true };
  return { value: Number(digits), integer: /^\d+$/.test(digits) };
}

/** The text that a Python string literal stands for; null for bytes, f-strings and damaged literals. */
export function stringValue(literal: string): string | null {
  const match = /^([a-zA-Z]*)("""|'''|"|')([^]*)\2$/.exec(literal);
  if (!match) return null;
  const prefix = (match[1] ?? "").toLowerCase();
  const content = (match[3] ?? "").replaceAll("\r\n", "\n");
  if (prefix.includes("f") || prefix.includes("b") || prefix.includes("t")) return null;
  return prefix.includes("r") || !content.includes("\\") ? content : unescape(content);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(N\{[^}]*\})|([^]))/g;

function unescape(content: string): string | null {
  let known = true as boolean;
  const value = content.replace(
    ESCAPE,
    (
      whole: string,
      x: string | undefined,
      u: string | undefined,
      long: string | undefined,
      octal: string | undefined,
      name: string | undefined,
      other: string | undefined,
    ) => {
      if (name !== undefined) known = false;
      const hex = x ?? u ?? long;
      const code = hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16);
      if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return SIMPLE_ESCAPES[other ?? ""] ?? whole;
    },
  );
  return known ? value : null;
}
