import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  elementTypes,
  floatingElements,
  tensorDeclarations,
} from "../../src/frontends/dialects/session-tensors.ts";

interface Declared {
  readonly package: string;
  readonly signatures: Readonly<
    Record<string, readonly { readonly parameters: readonly string[]; readonly returns: string }[]>
  >;
}

/** What a library's own declarations say, as `npm run generate` last found them. */
function declaredBy(name: string): Declared {
  const path = join(import.meta.dirname, "declared", `${name.replace("/", "__")}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Declared;
}

describe("tables of JavaScript libraries agree with the libraries' declarations", () => {
  const tensor = declaredBy(tensorDeclarations).signatures["new Tensor"] ?? [];
  const first = (parameters: readonly string[]): readonly string[] => parameters[0]?.split(": ") ?? [];

  it("a session's tensor takes a type and data, or data alone", () => {
    assert.ok(tensor.length > 10);
    for (const { parameters } of tensor) {
      const names = parameters.map((parameter) => parameter.replace(/\??:.*/, ""));
      assert.deepEqual(names, names[0] === "type" ? ["type", "data", "dims"] : ["data", "dims"]);
    }
  });

  it("the array that data come in tells the element type", () => {
    const declared = tensor.flatMap(({ parameters, returns }) => {
      const [name, type = ""] = first(parameters);
      const element = /^TypedTensor<"(\w+)">$/.exec(returns)?.[1];
      return name === "data" && element !== undefined && floatingElements.has(element)
        ? [[type, element]]
        : [];
    });
    // Float16Array is newer than the declarations; the library takes it where the engine has it (tensor-impl-type-mapping.js).
    const own = [...elementTypes].filter(([array]) => array !== "Float16Array");
    assert.deepEqual(new Map(own), new Map(declared as [string, string][]));
  });
});
