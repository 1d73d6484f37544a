/** A file of the run, as shown to the reader and as the system knows it. */
export interface Place {
  readonly path: string;
  readonly real: string;
}

/** Finds files by the end of their path, as comments and imports name them. */
export class PlaceIndex {
  readonly #byName = new Map<string, { path: string; real: string; slashed: string }[]>();

  constructor(paths: readonly Place[]) {
    for (const { path, real } of paths) {
      const slashed = `/${real.replaceAll("\\", "/")}`;
      const name = slashed.slice(slashed.lastIndexOf("/") + 1);
      const entries = this.#byName.get(name) ?? [];
      entries.push({ path, real, slashed });
      this.#byName.set(name, entries);
    }
  }

  /** Of several the one nearest to the file that names it: two releases may lie side by side. */
  find(end: string, near: string): Place | null {
    const slashed = end.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
    const name = slashed.slice(slashed.lastIndexOf("/") + 1);
    const matching = this.#byName.get(name)?.filter((entry) => entry.slashed.endsWith(`/${slashed}`)) ?? [];
    // A wheel has no `src` above its package.
    if (matching.length === 0 && slashed.startsWith("src/")) return this.find(slashed.slice(4), near);
    const shared = matching.map((entry) => commonLength(entry.real, near));
    return matching[shared.indexOf(Math.max(...shared))] ?? null;
  }

  /** The module of a dotted path, and the definition in it. */
  findDefinition(
    dotted: string,
    near: string,
  ): { readonly real: string; readonly definition: string } | null {
    const names = dotted.split(".");
    for (let length = names.length; length > 0; length--) {
      const base = names.slice(0, length).join("/");
      const place =
        this.find(`${base}.py`, near) ?? (length > 1 ? this.find(`${base}/__init__.py`, near) : null);
      if (place !== null) return { real: place.real, definition: names.slice(length).join(".") };
    }
    return null;
  }
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
