/** JavaScript and TypeScript, by the name of the file. */
export function isScript(path: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path);
}

/** Whether a file that nobody named is looked at: declarations hold no values, and minified files are nobody's source. */
export function isSource(name: string): boolean {
  return name.endsWith(".py") || (isScript(name) && !/\.(?:d|d\..+|min)\.[cm]?[jt]s$/.test(name));
}
