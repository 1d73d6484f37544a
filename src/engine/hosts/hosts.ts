import { isMarkdown, isNotebook } from "../languages.ts";
import { HostedFile } from "./hosted-file.ts";
import type { Host } from "./host.ts";
import { markdownHost } from "./markdown.ts";
import { notebookHost } from "./notebook.ts";

/** What Python stands in, by the name of the file; null where the file is the code itself. */
export function hostOf(path: string): Host | null {
  if (isNotebook(path)) return notebookHost;
  return isMarkdown(path) ? markdownHost : null;
}

/** The file that bytes of this name are, taken apart; null where the file is the code itself. Throws where it can't be. */
export function openHosted(bytes: Uint8Array, path: string): HostedFile | null {
  const host = hostOf(path);
  return host && new HostedFile(host, decodeUtf8(bytes));
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("not valid UTF-8");
  }
}
