import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import {
  ModuleKind,
  ModuleResolutionKind,
  Node,
  Project,
  type Signature,
  SymbolFlags,
  type SourceFile,
  type Type,
} from "ts-morph";
import type { DerivedFiles } from "./generator.ts";

/**
 * Libraries whose names and argument positions our tables rely on, and which of their exports. A library that is added here has to be a
 * devDependency; what its declarations say is written beside the test that holds the tables to it.
 */
const libraries: readonly { readonly package: string; readonly exports: readonly string[] }[] = [
  { package: "onnxruntime-common", exports: ["Tensor", "InferenceSession"] },
];

/** Namespaces in namespaces further down than this are nobody's interface. */
const deepest = 3;

interface DeclaredSignature {
  /** With their types, `?` behind those that may be left out; objects of options by the names in them. */
  readonly parameters: readonly string[];
  readonly returns: string;
}

/** By dotted name. */
type Signatures = Record<string, readonly DeclaredSignature[]>;

export async function generate(root: string): Promise<DerivedFiles> {
  const files = new Map<string, string>();
  for (const library of libraries) {
    const manifestPath = join(root, "node_modules", library.package, "package.json");
    const manifest = JSON.parse(await readFile(manifestPath, "utf8")) as Record<string, unknown>;
    const project = new Project({
      compilerOptions: {
        strict: true,
        module: ModuleKind.ESNext,
        moduleResolution: ModuleResolutionKind.Bundler,
      },
    });
    // Found as a compiler finds it.
    const source = project.createSourceFile(join(root, "probe.ts"), `export * from "${library.package}";`);
    const declared = {
      package: library.package,
      version: manifest.version,
      signatures: signaturesOf(source, library.exports),
    };
    const path = `test/frontends/declared/${library.package.replace("/", "__")}.json`;
    files.set(path, await format(JSON.stringify(declared), { parser: "json", printWidth: 110 }));
  }
  return files;
}

function signaturesOf(source: SourceFile, wanted: readonly string[]): Signatures {
  const found: Signatures = {};
  const symbols = new Map(source.getExportSymbols().map((symbol) => [symbol.getName(), symbol]));
  for (const name of wanted) {
    const symbol = symbols.get(name);
    // What a name stands for as a value: an interface of the same name is its instances.
    const value = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
    if (!value) throw new Error(`${name} is not exported any more`);
    collect(name, value.getType(), value, found, 1);
  }
  return found;
}

function collect(name: string, type: Type, at: Node, found: Signatures, depth: number): void {
  const made = type.getConstructSignatures();
  if (made.length > 0) {
    found[`new ${name}`] = made.map((signature) => declaredAs(signature, at));
    const [instance] = made.map((signature) => signature.getReturnType());
    if (instance) collectMembers(`${name}.prototype`, instance, at, found, depth);
  }
  const called = type.getCallSignatures();
  if (called.length > 0) found[name] = called.map((signature) => declaredAs(signature, at));
  collectMembers(name, type, at, found, depth);
}

function collectMembers(name: string, type: Type, at: Node, found: Signatures, depth: number): void {
  if (depth > deepest) return;
  for (const member of type.getProperties()) {
    const key = member.getName();
    // Symbols, and what every function has.
    if (key.startsWith("__@") || key === "prototype") continue;
    const inner = member.getTypeAtLocation(at);
    if (inner.getCallSignatures().length > 0 || inner.getConstructSignatures().length > 0)
      collect(`${name}.${key}`, inner, at, found, deepest);
    else if (inner.isObject() && inner.getSymbol()?.getFlags() === SymbolFlags.ValueModule)
      collectMembers(`${name}.${key}`, inner, at, found, depth + 1);
  }
}

function declaredAs(signature: Signature, at: Node): DeclaredSignature {
  const parameters = signature.getParameters().map((parameter) => {
    const [declaration] = parameter.getDeclarations();
    const type = parameter.getTypeAtLocation(at).getNonNullableType();
    const name = optionsOf(type) ?? parameter.getName();
    if (!Node.isParameterDeclaration(declaration)) return name;
    const mark = declaration.isOptional() ? "?" : "";
    const written = name.startsWith("{") ? "" : `: ${declaration.getTypeNode()?.getText() ?? "unknown"}`;
    return `${declaration.isRestParameter() ? "..." : ""}${name}${mark}${written.replace(/\s+/g, " ")}`;
  });
  return { parameters, returns: signature.getReturnType().getText(at) };
}

/** `{ axis, dtype }` for an object of options. */
function optionsOf(type: Type): string | null {
  if (!type.isObject() || type.isArray() || type.getCallSignatures().length > 0) return null;
  if (!type.isAnonymous()) return null;
  const names = type.getProperties().map((property) => property.getName());
  return names.length === 0 ? null : `{ ${names.join(", ")} }`;
}
