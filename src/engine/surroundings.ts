import { readFileSync } from "node:fs";
import path from "node:path";
import type { OutsideCall, Surroundings } from "../analysis/units/outside-calls.ts";

interface Guard {
  readonly package: string;
  /** The file of the package that holds the guard, and the guard's name there. */
  readonly file: string;
  readonly name: string;
  /** Functions of torch whose results keep their dtype. */
  readonly spares: readonly string[];
}

/** Packages that construct their models under DeepSpeed's zero.Init and keep functions of torch out of its reach there. */
const guards: readonly Guard[] = [
  // transformers 5.23.0: from_pretrained and from_config enter it before zero.Init, for the buffers of rotary embeddings.
  {
    package: "transformers",
    file: "integrations/deepspeed.py",
    name: "def prevent_arange_dtype_change",
    spares: ["arange"],
  },
];

/** What is known of a file from outside its text. */
export function surroundingsOf(file: string, calls: readonly OutsideCall[] = []): Surroundings {
  return { path: file, calls, spared: sparedIn(file) };
}

const found = new Map<string, boolean>();

/**
 * Functions of torch that zero.Init leaves alone in the package that a file belongs to. Known from the package on disk, so that a file
 * by itself, as a hook or an editor passes it, gets the findings that it gets in a run of the whole package.
 */
function sparedIn(file: string): readonly string[] {
  const folders = path.resolve(path.dirname(file)).split(path.sep);
  return guards.flatMap((guard) => {
    const depth = folders.lastIndexOf(guard.package);
    if (depth < 0) return [];
    const root = folders.slice(0, depth + 1).join(path.sep);
    return isThere(path.join(root, guard.file), guard.name) ? guard.spares : [];
  });
}

function isThere(file: string, name: string): boolean {
  const key = `${file}\0${name}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const there = holds(file, name);
  found.set(key, there);
  return there;
}

function holds(file: string, name: string): boolean {
  try {
    return readFileSync(file, "utf8").includes(name);
  } catch {
    return false;
  }
}
