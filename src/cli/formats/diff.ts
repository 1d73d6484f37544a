import { createRequire } from "node:module";
import type * as Diff from "diff";
import type { Change } from "../../engine/run.ts";
import type { Paint } from "../palette.ts";
import { escapeCode } from "./display.ts";

const require = createRequire(import.meta.url);

/** A unified diff that `patch -p0` takes. On a terminal (painted) control characters of the file are escaped. */
export function formatDiff({ path, before, after }: Change, paint: Paint, isTerminal: boolean): string {
  // Most runs print none.
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = require("diff") as typeof Diff;
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch
    .split("\n")
    .map((line) => paintLine(isTerminal ? escapeCode(line.replace(/\r$/, "")) : line, paint))
    .join("\n");
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith("---") || line.startsWith("+++")) return paint("bold", line);
  if (line.startsWith("@@")) return paint("hunk", line);
  if (line.startsWith("-")) return paint("removed", line);
  return line.startsWith("+") ? paint("added", line) : line;
}
