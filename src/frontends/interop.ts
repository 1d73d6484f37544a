/**
 * What compilers put around CommonJS modules: an object whose `default` is what the module exports. A name for one is bound to a
 * path with this mark, so that nothing but its `default` is taken for the module.
 */
const mark = "default in ";

export function holderOf(module: string): string {
  return `${mark}${module}`;
}

/** The path of the module in such an object; every other path itself, as `default` is left out of paths. */
export function defaultOf(path: string): string {
  return path.startsWith(mark) ? path.slice(mark.length) : path;
}

/** Names that lead to a module: those of such an object go through its `default`. */
export function namesOf({
  local,
  path,
}: {
  readonly local: string;
  readonly path: string;
}): readonly string[] {
  return path.startsWith(mark) ? [local, "default"] : [local];
}
