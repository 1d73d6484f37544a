/** What the corpus of npm packages and the seeded copies of it share: tarballs by name and version, and ESLint with `configs.strict`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ESLint } from "eslint";
import type { Linter } from "eslint";
import { parser } from "typescript-eslint";
import { scriptRules } from "../../src/engine/rules.ts";
import ropelint from "../../src/eslint/plugin.ts";

export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ropelint/corpus-npm");

/** Where the files of a package or a repository lie, downloaded if they have to be. */
export function folderOf(name: string): string {
  const target = join(cache, name.replaceAll("/", "__"));
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".part-"));
  try {
    if (name.startsWith(repository)) {
      renameSync(unpackedRepository(name, work), target);
      return target;
    }
    const packed = run("npm", ["pack", name, "--ignore-scripts", "--silent", "--pack-destination", work]);
    run("tar", ["-xzf", join(work, packed.trim().split("\n").at(-1) ?? ""), "-C", work]);
    renameSync(join(work, "package"), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/** `github:OWNER/NAME@COMMIT`: users of a library that no package holds. */
const repository = "github:";

function unpackedRepository(name: string, work: string): string {
  const [owner = "", commit = ""] = name.slice(repository.length).split("@");
  const archive = join(work, "archive.tar.gz");
  run("curl", ["-fsSL", "-o", archive, `https://codeload.github.com/${owner}/tar.gz/${commit}`]);
  run("tar", ["-xzf", archive, "-C", work]);
  return join(work, `${owner.slice(owner.indexOf("/") + 1)}-${commit}`);
}

export function run(command: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")} failed: ${stderr}`);
  return stdout;
}

const ecma: Linter.LanguageOptions = {
  ecmaVersion: "latest",
  parserOptions: { ecmaFeatures: { jsx: true } },
};

export const options = {
  rules: scriptRules.map(({ id }) => id),
  environments: [],
  exhaustive: false,
  severity: "note",
} as const;

const typed = (folder: string): Linter.LanguageOptions => ({
  parserOptions: { projectService: true, tsconfigRootDir: folder },
});

/** With types where a tsconfig.json lies beside each file. */
export function strictIn(folder: string, isTyped = false): ESLint {
  return new ESLint({
    cwd: folder,
    ignore: false,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.{js,mjs,cjs,jsx}"], languageOptions: ecma },
      { files: ["**/*.{ts,mts,cts,tsx}"], languageOptions: { parser, ...(isTyped && typed(folder)) } },
      { linterOptions: { noInlineConfig: true } },
      ropelint.configs.strict,
    ],
  });
}
