/** JavaScript and TypeScript, by the name of the file. */
export function isScript(path: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path);
}

export function isNotebook(path: string): boolean {
  return path.endsWith(".ipynb");
}

export function isMarkdown(path: string): boolean {
  return /\.(?:md|mdx|markdown)$/i.test(path);
}

/** Python that another file's functions may call, and that calls theirs: no stub, and no notebook. */
export function isPythonModule(path: string): boolean {
  return !isScript(path) && !isNotebook(path) && !isMarkdown(path) && !path.endsWith(".pyi");
}

/** Whether a file that nobody named is looked at: declarations hold no values, and minified files are nobody's source. */
export function isSource(name: string): boolean {
  if (/\.(?:pyi?|ipynb)$/.test(name)) return true;
  return isScript(name) && !/\.(?:d|d\..+|min)\.[cm]?[jt]s$/.test(name);
}
