import type { Program } from "../ir/program.ts";

/** A name as tables of names have it: `headDim` is `head_dim` where the language writes it so. */
export function plainName(name: string, language: Program["language"]): string {
  if (language === "python") return name;
  return name.replaceAll(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}
