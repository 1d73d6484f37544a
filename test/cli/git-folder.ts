import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { makeFolder } from "./folder.ts";

/** Git as on a machine that nobody has configured. */
export const plainGit: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "test",
  GIT_AUTHOR_EMAIL: "test@localhost",
  GIT_COMMITTER_NAME: "test",
  GIT_COMMITTER_EMAIL: "test@localhost",
};

export function git(cwd: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", words, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...plainGit },
  });
  assert.equal(status, 0, `git ${words.join(" ")}: ${stderr}`);
  return stdout;
}

export function commitAll(cwd: string): void {
  git(cwd, "add", "--all");
  git(cwd, "commit", "--quiet", "--message", "state");
}

/** A repository of its own, on the branch `main`, with these files in its first commit. */
export function makeRepository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const cwd = makeFolder(files);
  git(cwd, "init", "--quiet", "--initial-branch", "main");
  commitAll(cwd);
  return cwd;
}
