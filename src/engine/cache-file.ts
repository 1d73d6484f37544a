import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, explainError } from "./io.ts";
import { isTemporary, removeLeftovers, temporaryIn } from "./temporaries.ts";

// A cache lies in a folder that others may write to, or that came with a repository: what is not whole, not ours or no plain
// file is not read, and a folder that is a link is not written to.

const header = "ropelint cache 1";
/** Files of other builds. */
const keptMilliseconds = 30 * 86_400_000;

/** The content, or null where there is none that counts. */
export function readCacheFile(file: string): string | null {
  try {
    const status = lstatSync(file);
    const isOurs = process.getuid === undefined || status.uid === process.getuid();
    if (!status.isFile() || !isOurs) return null;
    const text = readFileSync(file, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return text.slice(0, end) === `${header} ${checksum(body)}` ? body : null;
  } catch {
    return null;
  }
}

/** Writes the content as a whole; the reason where it can't be. Caches are marked so that neither git nor backups take them. */
export function writeCacheFile(folder: string, file: string, body: string): string | null {
  const temporary = temporaryIn(folder);
  try {
    prepare(folder);
    try {
      writeFileSync(temporary, `${header} ${checksum(body)}\n${body}`, { flag: "wx", mode: 0o600 });
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    prune(folder, file);
    return null;
  } catch (error) {
    return explainError(error);
  }
}

/** Removes a cache and its folder; false where there was none. Nothing that a cache does not hold is touched. */
export function removeCache(folder: string): boolean {
  const names = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : null;
  if (!names?.includes(tag)) return false;
  for (const name of names) if (isOwn(name)) unlinkSync(join(folder, name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
  return true;
}

const tag = "CACHEDIR.TAG";
const marks: Readonly<Record<string, string>> = {
  ".gitignore": "# Automatically created by ropelint.\n*\n",
  // The signature that https://bford.info/cachedir/ asks for.
  [tag]: "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is ropelint's cache.\n",
};

function isOwn(name: string): boolean {
  return name in marks || /^[\w-]{16}\.json$/.test(name) || isTemporary(name);
}

function prepare(folder: string): void {
  makeFolder(folder);
  if (lstatSync(folder).isSymbolicLink()) throw new Error("the cache's folder is a link");
  const present = new Set(readdirSync(folder));
  // A configuration may name any folder: what is in use for something else is left alone.
  if (present.size > 0 && !present.has(tag)) throw new Error("the folder holds other files");
  for (const [name, content] of Object.entries(marks))
    if (!present.has(name)) writeFileSync(join(folder, name), content);
}

/** Not `recursive`: where a folder can't be made though its parent is there, as in /proc, Node 20 tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run was quicker.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

function prune(folder: string, current: string): void {
  removeLeftovers(folder);
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!isOwn(name) || name in marks || file === current) continue;
    const age = Date.now() - lstatSync(file).mtimeMs;
    if (age > keptMilliseconds) rmSync(file, { force: true });
  }
}

function checksum(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}
