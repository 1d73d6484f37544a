import type { Row } from "./dialect.ts";

/** `expand_dims` as JavaScript has it: `expandDims`. */
function camelCased(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A table without what a library does not have. */
export function without(rows: Readonly<Record<string, Row>>, absent: readonly string[]): Record<string, Row> {
  return Object.fromEntries(Object.entries(rows).filter(([name]) => !absent.includes(name)));
}

/** numpy's functions under the names that JavaScript gives them; `last` are parameters that come after all others. */
export function inCamelCase(
  rows: Readonly<Record<string, Row>>,
  last: Readonly<Record<string, null>> = {},
): Record<string, Row> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, one]) => [
      camelCased(name),
      one.rest === null ? { ...one, parameters: { ...one.parameters, ...last } } : one,
    ]),
  );
}

/** Methods that are functions of the same name, with the array as their first argument. */
export function methodsFrom(
  rows: Readonly<Record<string, Row>>,
  names: readonly string[],
): Record<string, Row> {
  return Object.fromEntries(
    names.flatMap((name): [string, Row][] => {
      const known = rows[name];
      return known ? [[name, known]] : [];
    }),
  );
}
