import { createHash, randomBytes } from "node:crypto";
import { lstatSync, readdirSync, unlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errorCode } from "./io.ts";

// A file is written under a name of its own first, and then takes its place. What is killed in between leaves it behind: its name
// tells who wrote it, so that a later run knows what nobody will come back for.

const name = /^\.ropelint-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.tmp$/;
/** What another machine has left in a folder that both see. */
const abandonedMilliseconds = 86_400_000;

/** A container sees its own processes, and has a name of its own. */
const host = (): string => createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** A new name in a folder. */
export function temporaryIn(folder: string): string {
  return join(folder, `.ropelint-${host()}-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
}

export function isTemporary(file: string): boolean {
  return name.test(file);
}

/** Removes what runs have left in a folder that were killed. Never fails: litter harms nobody. */
export function removeLeftovers(folder: string): void {
  try {
    for (const entry of readdirSync(folder)) {
      const place = join(folder, entry);
      if (isTemporary(entry) && isAbandoned(entry, place)) unlinkSync(place);
    }
  } catch {
    // The folder is gone or not ours, or another run was faster.
  }
}

function isAbandoned(entry: string, place: string): boolean {
  const [, where, pid = ""] = name.exec(entry) ?? [];
  const status = lstatSync(place);
  if (!status.isFile()) return false;
  if (Date.now() - status.mtimeMs > abandonedMilliseconds) return true;
  return where === host() && Number(pid) !== process.pid && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return errorCode(error) !== "ESRCH";
  }
}
