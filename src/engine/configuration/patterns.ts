import { createRequire } from "node:module";
import path from "node:path";
import type picomatch from "picomatch";

const require = createRequire(import.meta.url);

type Test = (text: string) => boolean;

/** Of ruff's globs: `*` matches slashes and dots too; there are no negations and no nested groups. */
const options: picomatch.PicomatchOptions = { bash: true, dot: true, nonegate: true, noextglob: true };

/**
 * Paths that a list of patterns means, as in ruff: a name alone matches wherever it is, any other pattern is relative to the
 * folder of the configuration file.
 */
export class Patterns {
  readonly #tests: readonly Test[];

  constructor(patterns: readonly string[], base: string) {
    this.#tests = patterns.map((pattern) => testFor(pattern, base));
  }

  matches(file: string): boolean {
    return this.#tests.some((test) => test(file));
  }
}

function testFor(written: string, base: string): Test {
  const pattern = slashed(written)
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "");
  if (path.posix.isAbsolute(pattern) || /^[a-z]:\//i.test(pattern)) {
    const absolute = matcher(pattern);
    return (file) => absolute(slashed(file));
  }
  if (pattern.startsWith("../")) return testFor(pattern.slice(3), path.dirname(base));
  const test = matcher(pattern);
  const isName = !pattern.includes("/");
  return (file) => {
    if (isName && test(path.basename(file))) return true;
    const relative = path.relative(base, file);
    return relative !== "" && !relative.startsWith("..") && test(slashed(relative));
  };
}

/** Most patterns are plain names, which need no library. */
function matcher(pattern: string): Test {
  if (!/[*?[\]{}\\]/.test(pattern)) return (text) => text === pattern;
  return (require("picomatch") as typeof picomatch)(pattern, options);
}

function slashed(text: string): string {
  return path.sep === "\\" ? text.replaceAll("\\", "/") : text;
}
