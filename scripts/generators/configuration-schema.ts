import { toJsonSchema, type JsonSchema } from "@valibot/to-json-schema";
import { format } from "prettier";
import * as v from "valibot";
import { services } from "../../src/cli/wiring.ts";
import { keyNames, keys, schemaOf } from "../../src/engine/configuration/keys.ts";
import { namesIn } from "../../src/engine/selection.ts";
import type { DerivedFiles } from "./generator.ts";

/** The configuration as a JSON schema, for editors: made of the definition by which files are read. */
export async function generate(): Promise<DerivedFiles> {
  const { properties = {}, ...rest } = toJsonSchema(schemaOf(v, namesIn(services)), {
    errorMode: "throw",
    // JSON has no other numbers.
    ignoreActions: ["finite"],
    overrideSchema: ({ valibotSchema, jsonSchema }) => withKeys(valibotSchema, jsonSchema),
  });
  const described = keyNames.map((key) => {
    const { description, default: initial } = keys[key];
    const text = `${description}\n\nDefault: ${initial}`;
    return [key, { description: text, ...(properties[key] as object) }] as const;
  });
  const schema = {
    ...rest,
    title: "Configuration of ropelint",
    description: "ropelint.toml, or [tool.ropelint] in pyproject.toml",
    properties: Object.fromEntries(described),
  };
  const content = await format(JSON.stringify(schema), { parser: "json", printWidth: 110 });
  return new Map([["assets/ropelint.schema.json", content]]);
}

/** A table whose keys are one of some names. */
function withKeys(schema: object, converted: JsonSchema): JsonSchema | null {
  const { key } = schema as {
    readonly key?: { readonly type: string; readonly options?: readonly string[] };
  };
  const value = converted.additionalProperties;
  if (key?.type !== "picklist" || value === undefined) return null;
  const properties = Object.fromEntries((key.options ?? []).map((name) => [name, value]));
  return { type: "object", properties, additionalProperties: false };
}
