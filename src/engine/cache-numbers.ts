/** JSON in which numbers that it has no words for survive: findings hold infinite and signed figures. */
const mark = "$number";

export function encodeNumbers(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "number" || (Number.isFinite(part) && !Object.is(part, -0))) return part;
    return { [mark]: Object.is(part, -0) ? "-0" : String(part) };
  });
}

export function decodeNumbers(text: string): unknown {
  if (!text.includes(`"${mark}"`)) return JSON.parse(text);
  return JSON.parse(text, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !(mark in part)) return part;
    return Number(part[mark]);
  });
}
