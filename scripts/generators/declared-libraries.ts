/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: "off" -- nodes of ts-morph come from its own factories */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import {
  ModuleKind,
  ModuleResolutionKind,
  Project,
  ScriptTarget,
  SyntaxKind,
  Node,
  type Signature,
  type Type,
} from "ts-morph";
import type { Dialect } from "../../src/frontends/dialects/dialect.ts";
import { jaxJs } from "../../src/frontends/dialects/jax-js.ts";
import { kandle } from "../../src/frontends/dialects/kandle.ts";
import { nodeMlx } from "../../src/frontends/dialects/node-mlx.ts";
import { numpyTs } from "../../src/frontends/dialects/numpy-ts.ts";
import type { DerivedFiles } from "./generator.ts";

/** Packages whose declarations our tables are held to, and what the tables name in them. */
interface Library {
  readonly package: string;
  readonly version: string;
  /** Where the declarations begin. */
  readonly types: string;
  /** Dotted paths from the module's exports. */
  readonly names: readonly string[];
  /** The class of arrays, and the methods of it that a table names. */
  readonly array?: string;
  readonly methods?: readonly string[];
  /** Packages that its declarations need. */
  readonly needs?: readonly string[];
  /** The repository and its commit, where no registry has the package: then its source is what declares. */
  readonly repository?: string;
  /** Other packages of that repository, by where they begin. */
  readonly beside?: Readonly<Record<string, string>>;
}

function ofDialect(
  { namespaces, functions, methods, identities, callers = new Set() }: Dialect,
  own: Pick<Library, "types" | "version" | "repository" | "beside"> & { readonly array: string },
): Library {
  const [first = ""] = namespaces;
  const name = /^(@[^/]+\/[^.]+|[^.]+)/.exec(first)?.[0] ?? first;
  const names = [...Object.keys(functions), ...identities, ...callers];
  const paths = namespaces.flatMap((namespace) => {
    const inner = namespace.slice(name.length + 1);
    return names.map((member) => (inner === "" ? member : `${inner}.${member}`));
  });
  return {
    ...own,
    package: name,
    names: paths,
    methods: [...Object.keys(methods), ...identities],
  };
}

const libraries: readonly Library[] = [
  ofDialect(jaxJs, { version: "0.1.25", types: "dist/index.d.ts", array: "numpy.Array" }),
  ofDialect(nodeMlx, { version: "0.0.7", types: "lib/index.d.ts", array: "core.array" }),
  ofDialect(numpyTs, { version: "1.7.0", types: "dist/types/index.d.ts", array: "NDArray" }),
  ofDialect(kandle, {
    version: "0.0.1-alpha.1",
    repository: "github:final-kk/kandle@4127da9005a091d7dfc73e7f7cb9b81058385814",
    types: "packages/core/src/index.ts",
    beside: {
      "@kandle/types": "packages/types/src/index.ts",
      "@kandle/utils": "packages/utils/src/index.ts",
    },
    array: "Tensor",
  }),
  {
    package: "@huggingface/transformers",
    version: "4.3.1",
    types: "types/transformers.d.ts",
    names: ["Tensor"],
    needs: ["onnxruntime-common"],
  },
  {
    package: "onnxruntime-web",
    version: "1.30.0",
    types: "types.d.ts",
    names: ["Tensor"],
    needs: ["onnxruntime-common"],
  },
  {
    package: "onnxruntime-node",
    version: "1.30.0",
    types: "dist/index.d.ts",
    names: ["Tensor"],
    needs: ["onnxruntime-common"],
  },
  {
    package: "onnxruntime-react-native",
    version: "1.24.3",
    types: "dist/typescript/index.d.ts",
    names: ["Tensor"],
    needs: ["onnxruntime-common"],
  },
  {
    package: "@tensorflow/tfjs-core",
    version: "4.22.0",
    types: "dist/index.d.ts",
    names: ["env", "ENV", "setBackend"],
  },
  {
    package: "@tensorflow/tfjs-backend-webgl",
    version: "4.22.0",
    types: "dist/index.d.ts",
    names: ["forceHalfFloat", "webgl.forceHalfFloat"],
  },
];

/** By name: each overload's parameters, `?` behind those that may be left out, `...` before those that take the rest. */
type Declared = Record<string, readonly (readonly string[])[]>;

/**
 * What the declarations of the libraries say of the names that our tables hold. They are no dependencies: only `--libraries` reads them anew, and
 * downloads by name and version what is not in the corpus of npm packages.
 */
export async function generate(root: string): Promise<DerivedFiles> {
  const files = new Map<string, string>();
  if (!process.argv.includes("--libraries")) return files;
  // What it needs is loaded where it is asked for.
  const { folderOf } = await import("../../test/corpus/npm-packages.ts");
  for (const library of libraries) {
    const folder = folderOf(library.repository ?? `${library.package}@${library.version}`);
    const content = JSON.stringify(declaredBy(library, folder, root));
    const path = `test/frontends/declared/${library.package.replace("/", "__")}.json`;
    files.set(path, await format(content, { parser: "json", printWidth: 110 }));
  }
  return files;
}

function declaredBy(library: Library, folder: string, root: string): object {
  const { package: name, types, names, array, methods = [], needs = [], beside = {} } = library;
  if (!existsSync(join(folder, types))) throw new Error(`${name} has no ${types}`);
  const project = new Project({
    compilerOptions: {
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
      skipLibCheck: true,
      types: [],
      paths: Object.fromEntries([
        [name, [join(folder, types)]],
        ...Object.entries(beside).map(([one, path]) => [one, [join(folder, path)]]),
        ...needs.map((one) => [one, [join(root, "node_modules", one)]]),
      ]) as Record<string, string[]>,
    },
  });
  const probe = project.createSourceFile(join(root, "probe.ts"), `import * as lib from "${name}";\nlib;\n`);
  const at = probe.getStatementByKindOrThrow(SyntaxKind.ExpressionStatement);
  const exports = at.getExpression().getType();
  const functions: Declared = {};
  for (const path of [...new Set(names)].sort()) {
    const type = memberAt(exports, path, at);
    if (type) Object.assign(functions, signaturesOf(path, type, at));
  }
  const declared = { package: name, version: versionOf(library, folder), functions };
  const holder = array === undefined ? undefined : memberAt(exports, array, at);
  const instance =
    holder?.getConstructSignatures()[0]?.getReturnType() ??
    holder?.getProperty("prototype")?.getTypeAtLocation(at);
  if (array === undefined) return declared;
  if (instance === undefined) throw new Error(`${name}: no class ${array}`);
  const found: Declared = {};
  for (const method of [...new Set(methods)].sort()) {
    const type = instance.getProperty(method)?.getTypeAtLocation(at);
    if (type) Object.assign(found, signaturesOf(method, type, at));
  }
  return { ...declared, methods: found };
}

/** What the package says of itself; a source also by its commit. */
function versionOf({ types, repository }: Library, folder: string): string {
  const parts = types.split("/");
  const manifest = parts
    .map((_, index) => join(folder, ...parts.slice(0, index), "package.json"))
    .findLast((path) => existsSync(path));
  const { version } = JSON.parse(readFileSync(manifest ?? "", "utf8")) as { version: string };
  return repository === undefined ? version : `${version}, ${repository}`;
}

function memberAt(from: Type, path: string, at: Node): Type | undefined {
  return path
    .split(".")
    .reduce<Type | undefined>((type, name) => type?.getProperty(name)?.getTypeAtLocation(at), from);
}

function signaturesOf(name: string, type: Type, at: Node): Declared {
  const called = type.getCallSignatures();
  const made = type.getConstructSignatures();
  return {
    ...(called.length > 0 ? { [name]: called.map((signature) => parametersOf(signature, at)) } : {}),
    ...(made.length > 0 ? { [`new ${name}`]: made.map((signature) => parametersOf(signature, at)) } : {}),
  };
}

function parametersOf(signature: Signature, at: Node): readonly string[] {
  return signature.getParameters().map((parameter) => {
    const [declaration] = parameter.getDeclarations();
    const written = declaration?.getText() ?? "";
    const options = optionsOf(parameter.getTypeAtLocation(at).getNonNullableType());
    const isRest = Node.isParameterDeclaration(declaration) && declaration.isRestParameter();
    const tuples = isRest && written.includes("[") ? `: ${written.replace(/^[^:]*:\s*/, "")}` : "";
    const name = `${options ?? parameter.getName().replace(/^__\d+$/, "options")}${tuples}`;
    const isOptional = /^[\w$]+\?/.test(written) || /^\{[^]*\}\?/.test(written) || written.includes(" = ");
    return `${isRest ? "..." : ""}${name}${isOptional ? "?" : ""}`;
  });
}

/** `{ axis, dtype }` for an object of options. */
function optionsOf(type: Type): string | null {
  if (!type.isObject() || type.isArray() || type.isTuple() || type.getCallSignatures().length > 0)
    return null;
  if (!type.isAnonymous() && !/Options|Opts|Props/.test(type.getSymbol()?.getName() ?? "")) return null;
  const names = type.getProperties().map((property) => property.getName());
  return names.length === 0 || names.length > 12 ? null : `{ ${names.join(", ")} }`;
}
