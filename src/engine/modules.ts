/** What a file of the run offers to others and takes from them, read from its bytes without parsing it. */
export interface Survey {
  /** Functions that hold a literal of interest, or call one that does; more names than that do no harm. */
  readonly functions: ReadonlySet<string>;
  readonly imports: readonly { readonly local: string; readonly path: string }[];
}

/** A function of a file of the run. */
export interface FunctionPlace {
  readonly real: string;
  readonly name: string;
}

/** What a dotted path in a file names. */
export type Resolve = (path: string) => FunctionPlace | null;

// What these take is linear in the text, whatever it is (test/engine/growth.test.ts): a name is tried where it begins and nowhere
// else, and a list of names ends somewhere.
const fromImport =
  /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*(?:\(([^)]{0,5000})\)|((?:\\\r?\n|[^\r\n(])*))/gm;
const plainImport = /^[ \t]*import[ \t]+(\w[^\r\n#]*)/gm;
const definition = /^[ \t]*(?:async[ \t]+)?(def|class)[ \t]+(\w+)/gm;
/** A dotted name before a bracket; a backslash may end the line between the two. */
const calledName = /(?<![\w.])([A-Za-z_][\w.]*)[\s\\]*\(/g;
/** Packages that hand on what others define hand it on this far. */
const maximumHandovers = 3;

export function surveyBytes(bytes: Uint8Array, literals: readonly string[]): Survey {
  const text = asLatin1(bytes);
  return {
    functions: new Set([...functionsIn(text, literals)].map(copied)),
    imports: importsIn(text).map(({ local, path }) => ({ local: copied(local), path: copied(path) })),
  };
}

/** V8 makes a part of a text a window on it: a name that is kept would keep all of its file. */
function copied(part: string): string {
  return Buffer.from(part, "latin1").toString("latin1");
}

/** Names and keywords of interest are ASCII in every encoding that Python knows but UTF-16, which it refuses. */
function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function importsIn(text: string): Survey["imports"] {
  if (!text.includes("import")) return [];
  const found: { local: string; path: string }[] = [];
  for (const [, module = "", inside, line] of text.matchAll(fromImport)) {
    for (const part of withoutComments(inside ?? line ?? "").split(",")) {
      const [, name = "", alias] = /^\s*(\w+|\*)(?:\s+as\s+(\w+))?/.exec(part) ?? [];
      if (name === "") continue;
      const path = name === "*" ? module : `${module}${module.endsWith(".") ? "" : "."}${name}`;
      found.push({ local: alias ?? name, path });
    }
  }
  for (const [, names = ""] of text.matchAll(plainImport)) {
    for (const part of names.split(",")) {
      const [, path = "", alias] = /^\s*([\w.]+)(?:\s+as\s+(\w+))?/.exec(part) ?? [];
      if (path !== "") found.push({ local: alias ?? path, path });
    }
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/#[^\n]*/g, " ").replace(/\\\r?\n/g, " ");
}

function functionsIn(text: string, literals: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  if (!literals.some((literal) => text.includes(literal))) return found;
  const starts = [...text.matchAll(definition)];
  const blocks = starts.flatMap(({ 1: kind, 2: name = "", index }, i) => {
    if (kind !== "def") return [];
    const body = text.slice(index, starts[i + 1]?.index ?? text.length);
    const called = new Set(
      [...body.matchAll(/(?<!\w)([A-Za-z_]\w*)[ \t]*\(/g)].map(([, callee = ""]) => callee),
    );
    return [{ name, body, called }];
  });
  const callers = new Map<string, string[]>();
  for (const { name, body, called } of blocks) {
    if (literals.some((literal) => body.includes(literal))) found.add(name);
    for (const callee of called) {
      const known = callers.get(callee);
      if (known === undefined) callers.set(callee, [name]);
      else known.push(name);
    }
  }
  // What is added while the set is walked through is walked through as well.
  for (const name of found) for (const caller of callers.get(name) ?? []) found.add(caller);
  return found;
}

/** Finds functions of the run's files by the paths under which others import them. */
export class ModuleIndex {
  readonly #surveys: ReadonlyMap<string, Survey>;
  readonly #slashed = new Map<string, string>();
  readonly #byName = new Map<string, string[]>();
  /** Last names of import paths that can lead anywhere. */
  readonly #interesting = new Set<string>();

  constructor(surveys: ReadonlyMap<string, Survey>) {
    this.#surveys = surveys;
    for (const [real, { functions }] of surveys) {
      const slashed = real.replaceAll("\\", "/");
      this.#slashed.set(slashed, real);
      const name = slashed.slice(slashed.lastIndexOf("/") + 1);
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), slashed]);
      if (functions.size === 0) continue;
      for (const function_ of functions) this.#interesting.add(function_);
      for (const part of slashed.split("/").slice(-3)) this.#interesting.add(part.replace(/\.py$/, ""));
    }
    // `from .a import f as g` in a package: g is handed on under a name of its own.
    for (const { imports } of surveys.values())
      for (const { local, path } of imports)
        if (this.#interesting.has(lastOf(path))) this.#interesting.add(local);
  }

  /** Whether a file imports a function of interest, or a module that may have some. */
  mayCall(real: string): boolean {
    return (this.#surveys.get(real)?.imports ?? []).some(({ local, path }) => {
      if (local !== "*" && !this.#interesting.has(lastOf(path))) return false;
      if (local !== "*" && this.resolve(path, real) !== null) return true;
      const module = this.#moduleOf(path, real);
      return module !== null && (module.endsWith("/__init__.py") || this.#offers(module));
    });
  }

  /** Paths of functions of the run that a file writes calls of: most hand such functions on, or use a module for something else. */
  called(real: string, bytes: Uint8Array, resolve: Resolve): readonly string[] {
    const imports = this.#surveys.get(real)?.imports ?? [];
    const paths = new Map<string, string[]>();
    for (const { local, path } of imports) paths.set(local, [...(paths.get(local) ?? []), path]);
    const text = asLatin1(bytes);
    const callees = new Set([...text.matchAll(calledName)].map(([, callee = ""]) => callee));
    return [...callees].flatMap((callee) => {
      const [root = "", ...rest] = callee.split(".");
      const named = (paths.get(root) ?? []).map((path) => [path, ...rest].join("."));
      const starred = (paths.get("*") ?? []).map(
        (path) => `${path}${path.endsWith(".") ? "" : "."}${callee}`,
      );
      return [...named, ...starred].filter((path) => resolve(path) !== null);
    });
  }

  #offers(slashed: string): boolean {
    return (this.#surveys.get(this.#slashed.get(slashed) ?? "")?.functions.size ?? 0) > 0;
  }

  /** The function that a dotted path names in a file: relative paths exactly, others by the end of the module's path. */
  resolve(path: string, from: string, handovers = maximumHandovers): FunctionPlace | null {
    const dot = path.lastIndexOf(".");
    const name = path.slice(dot + 1);
    if (dot < 0 || !this.#interesting.has(name)) return null;
    const isPackageItself = /^\.+$/.test(path.slice(0, dot + 1));
    return this.#within(path.slice(0, isPackageItself ? dot + 1 : dot), name, from, handovers);
  }

  #within(module: string, name: string, from: string, handovers: number): FunctionPlace | null {
    const slashed = this.#moduleOf(module, from);
    const real = slashed === null ? undefined : this.#slashed.get(slashed);
    const survey = real === undefined ? undefined : this.#surveys.get(real);
    if (real === undefined || survey === undefined || real === from) return null;
    if (survey.functions.has(name)) return { real, name };
    if (handovers === 0) return null;
    for (const { local, path } of survey.imports) {
      if (local !== name && local !== "*") continue;
      const onward = local === "*" ? `${path}${path.endsWith(".") ? "" : "."}${name}` : path;
      const found = this.resolve(onward, real, handovers - 1);
      if (found !== null) return found;
    }
    return null;
  }

  #moduleOf(dotted: string, from: string): string | null {
    const slashed = from.replaceAll("\\", "/");
    const dots = /^\.*/.exec(dotted)?.[0].length ?? 0;
    const names = dotted
      .slice(dots)
      .split(".")
      .filter((name) => name !== "");
    if (dots > 0) {
      const folder = slashed.split("/").slice(0, -dots);
      return this.#fileAt([...folder, ...names].join("/"));
    }
    return names.length === 0 ? null : this.#absolute(names.join("/"), slashed);
  }

  #fileAt(base: string): string | null {
    return [`${base}.py`, `${base}/__init__.py`].find((path) => this.#slashed.has(path)) ?? null;
  }

  /** The nearest file that ends so, outside of any package: two releases may lie side by side. */
  #absolute(module: string, from: string): string | null {
    const last = module.slice(module.lastIndexOf("/") + 1);
    const candidates = [
      ...(this.#byName.get(`${last}.py`) ?? []).filter((path) => path.endsWith(`/${module}.py`)),
      ...(this.#byName.get("__init__.py") ?? []).filter((path) => path.endsWith(`/${module}/__init__.py`)),
    ].filter((path) => {
      const root = path.slice(0, path.lastIndexOf(`/${module}`));
      const isNear = from.startsWith(`${root}/`);
      return !this.#slashed.has(`${root}/__init__.py`) && (isNear || module.includes("/"));
    });
    const shared = candidates.map((path) => commonLength(path, from));
    return candidates[shared.indexOf(Math.max(...shared))] ?? null;
  }
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
