import type { Argument, Call, FunctionDefinition } from "../../ir/program.ts";
import { selfName } from "../../frontends/javascript/lift-functions.ts";

/** What a call passes for a parameter, by its place or its name; null where the text does not tell. */
export function argumentFor(
  name: string,
  { parameters }: FunctionDefinition,
  { args }: Call,
): Argument | null {
  if (args.some(({ spread }) => spread !== "")) return null;
  const written = parameters.filter(
    (parameter) => parameter.name !== selfName && parameter.propertyOf === undefined,
  );
  const place = written.findIndex((parameter) => parameter.name === name && parameter.form === "plain");
  const positional = args.filter((argument) => argument.name === null);
  if (place !== -1) return positional[place] ?? (place === positional.length ? objectOf(args) : null);
  const isProperty = parameters.some(
    (parameter) => parameter.name === name && parameter.propertyOf !== undefined,
  );
  return isProperty ? (args.find((argument) => argument.name === name) ?? null) : null;
}

/** The object at the end of a call, whose properties are passed by name where they are lifted. */
function objectOf(args: readonly Argument[]): Argument | null {
  const named = args.filter(({ name }) => name !== null);
  if (named.length === 0) return null;
  const entries = named.map(({ name, value }) => ({
    key: { kind: "string", value: name, span: null } as const,
    value,
  }));
  return { name: null, spread: "", value: { kind: "dict", entries, span: null }, span: null };
}
