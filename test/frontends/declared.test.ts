import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Dialect, Row } from "../../src/frontends/dialects/dialect.ts";
import { forcingFunction, textureBackend } from "../../src/frontends/dialects/forced-textures.ts";
import { jaxJs } from "../../src/frontends/dialects/jax-js.ts";
import { kandle } from "../../src/frontends/dialects/kandle.ts";
import { nodeMlx } from "../../src/frontends/dialects/node-mlx.ts";
import { numpyTs } from "../../src/frontends/dialects/numpy-ts.ts";
import {
  elementTypes,
  floatingElements,
  tensorDeclarations,
} from "../../src/frontends/dialects/session-tensors.ts";

/** What `npm run generate -- --libraries` found of the names in our tables. */
interface Names {
  readonly functions: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly methods?: Readonly<Record<string, readonly (readonly string[])[]>>;
}

interface Declared {
  readonly package: string;
  readonly signatures: Readonly<
    Record<string, readonly { readonly parameters: readonly string[]; readonly returns: string }[]>
  >;
}

/** What a library's own declarations say, as `npm run generate` last found them. */
function declaredBy(name: string): Declared {
  return read(name) as Declared;
}

function read(name: string): unknown {
  const path = join(import.meta.dirname, "declared", `${name.replace("/", "__")}.json`);
  return JSON.parse(readFileSync(path, "utf8"));
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

/** Names that our tables have by numpy's word, or by torch's, where a library has another one for the same. */
const alike: Readonly<Record<string, readonly string[]>> = {
  end: ["stop", "endAxis"],
  dim: ["axis", "dims"],
  dims: ["axes", "perm", "reps", "axis"],
  dim0: ["axis1"],
  dim1: ["axis2"],
  keepdim: ["keepdims"],
  size: ["shape"],
  shape: ["newShape", "args", "newshape"],
  n: ["numRows"],
  m: ["numCols"],
  steps: ["num"],
  sizes: ["indicesOrSections"],
  index: ["indices"],
  diagonal: ["k"],
  start_dim: ["startAxis"],
  end_dim: ["endAxis"],
  min: ["a_min"],
  max: ["a_max"],
};
/** What arrays and numbers that go in are called: their place tells them apart. */
const operand = /^(?:input|other|tensors|operands|condition|fill_value|equation)$/;
const namesOperand =
  /^(?:a|b|m|x|y|x1|x2|xs|array|arrays|args|data|values?|cond|condition|self|other|exponent|divisor|fillValue|fill_value|subscripts|operands|min|max)$/;

/** Whether a signature takes the row's parameters, each at its place or by its name in an object of options. */
function takes(signature: readonly string[], { parameters, rest }: Row, isMethod: boolean): boolean {
  const own = Object.entries(parameters).slice(isMethod ? 1 : 0);
  const fits = own.every(([name, as], place) => {
    const declared = (signature[place] ?? signature.at(-1) ?? "").replace(/\?$/, "");
    if (declared.startsWith("{")) return as === null || new RegExp(`\\b${name}\\b`).test(declared);
    const isAtPlace = signature[place] !== undefined;
    return isAtPlace && isCalled(declared.replace(/^\.\.\./, ""), name, as);
  });
  const place = own.length;
  return fits && (rest === null || signature[place] !== undefined);
}

function isCalled(declared: string, name: string, as: string | null): boolean {
  const camelCase = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (declared === name || declared === camelCase || declared === as || as === null)
    return declared !== "dtype" || as === "dtype";
  if (operand.test(as)) return namesOperand.test(declared);
  // `options` may hold it: the library declares no names there.
  return declared === "options" || alike[as]?.includes(declared) === true;
}

/** What works although the declarations leave it out. */
const undeclared: Readonly<Record<string, readonly string[]>> = {
  // @frost-beta/llm 0.4.1 calls `mx.tidy`, which comes with the native module.
  "@frost-beta/mlx": ["tidy"],
};

const dialects: Readonly<Record<string, Dialect>> = {
  "@jax-js/jax": jaxJs,
  "@frost-beta/mlx": nodeMlx,
  "numpy-ts": numpyTs,
  "@kandle/core": kandle,
};

for (const [name, dialect] of Object.entries(dialects)) {
  describe(`the table of ${name}`, () => {
    const { functions, methods = {} } = read(name) as Names;
    const inside = dialect.namespaces.map((namespace) => namespace.slice(name.length + 1));
    const signaturesOf = (member: string) =>
      inside.flatMap((path) => {
        const name = path === "" ? member : `${path}.${member}`;
        return [...(functions[name] ?? []), ...(functions[`new ${name}`] ?? [])];
      });

    it("names functions that the library declares, and takes their arguments as it does", () => {
      const wrong = Object.entries(dialect.functions)
        .filter(([member, row]) => !signaturesOf(member).some((one) => takes(one, row, false)))
        .map(([member]) => `${member}(${signaturesOf(member).join(" | ")})`);
      assert.deepEqual(wrong, []);
    });

    it("names methods that the library declares, and takes their arguments as it does", () => {
      const wrong = Object.entries(dialect.methods)
        .filter(([member, row]) => !(methods[member] ?? []).some((one) => takes(one, row, true)))
        .map(([member]) => `${member}(${(methods[member] ?? []).join(" | ")})`);
      assert.deepEqual(wrong, []);
    });

    it("names no other function that the library does not have", () => {
      const others = [...dialect.identities, ...(dialect.callers ?? [])];
      const known = undeclared[name] ?? [];
      assert.deepEqual(
        others.filter((one) => signaturesOf(one).length === 0 && !methods[one] && !known.includes(one)),
        [],
      );
    });
  });
}

describe("other names that rules rest on", () => {
  it("onnxruntime's packages and transformers.js take a type, data and dimensions", () => {
    for (const name of ["onnxruntime-web", "onnxruntime-node", "onnxruntime-react-native"]) {
      const signatures = (read(name) as Names).functions["new Tensor"] ?? [];
      assert.ok(signatures.length > 10, name);
      for (const parameters of signatures)
        assert.match(parameters.join(), /^(?:type,data,dims\?|data,dims\?)$/);
    }
    const [[own] = []] = (read("@huggingface/transformers") as Names).functions["new Tensor"] ?? [];
    assert.match(own ?? "", /\[DataType, DataArray, number\[\]\]/);
  });

  it("TensorFlow.js has what forces textures of 16 bits", () => {
    const { functions } = read("@tensorflow/tfjs-backend-webgl") as Names;
    assert.deepEqual(Object.keys(functions), [forcingFunction, `${textureBackend}.${forcingFunction}`]);
    assert.ok((read("@tensorflow/tfjs-core") as Names).functions.env);
  });
});
