import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import path from "node:path";
import type { ChangedRows, ChangesRequest } from "./changed-lines.ts";
import { readDiff, readNumstat } from "./git-diff.ts";
import { errorCode, explainError } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** The rows of a large upgrade take a few hundred megabytes. */
const outputLimit = 1 << 30;

/** What git says of a change is read without pager, colors, helpers and the settings of whoever runs it. */
const plainDiff = [
  "diff",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
  "--find-renames",
  "--ignore-submodules",
];
const hunks = ["--unified=0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/"];

/**
 * What has changed in the files of a work tree since the commit at which the present branch left `ref`: committed, staged or neither.
 * What git does not know has changed as a whole.
 */
export function changesSince(ref: string, cwd: string): ChangesRequest {
  const git = new Git(ref, cwd);
  const root = realpathSync(git.read(["rev-parse", "--show-toplevel"]).replace(/\n$/, ""));
  const base = git.mergeBase();
  const inRoot = new Git(ref, root);
  const tracked = new Set(names(inRoot.read(["ls-files", "-z"])));
  const changes = new Map<string, ChangedRows>();
  const rows = readDiff(inRoot.readBytes([...plainDiff, ...hunks, base, "--"]));
  const rowsOf = new Map([...rows].map(([name, ranges]) => [decoded(name), ranges]));
  for (const change of readNumstat(inRoot.read([...plainDiff, "--numstat", "-z", base, "--"])))
    if (change.isTouched || change.isBinary)
      changes.set(change.path, (change.isBinary ? null : rowsOf.get(change.path)) ?? "all");
  // In the middle of a merge nobody can say which rows are whose.
  for (const entry of names(inRoot.read(["ls-files", "--unmerged", "-z"])))
    changes.set(entry.slice(entry.indexOf("\t") + 1), "all");
  return ({ real }) => {
    const place = path.relative(root, path.resolve(cwd, real)).split(path.sep).join("/");
    return tracked.has(place) ? (changes.get(place) ?? []) : "all";
  };
}

function names(text: string): readonly string[] {
  return text.split("\0").filter((name) => name !== "");
}

function decoded(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

class Git {
  readonly #ref: string;
  readonly #cwd: string;

  constructor(ref: string, cwd: string) {
    this.#ref = ref;
    this.#cwd = cwd;
  }

  /** The commit at which the present branch and `ref` parted. */
  mergeBase(): string {
    const ref = this.#ref;
    // What begins with a dash would be an option.
    const known = ref.startsWith("-")
      ? null
      : this.#run(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
    if (known?.status !== 0) throw this.#failure("git knows no such commit", this.#howToFetch());
    const commit = known.out.toString("utf8").trim();
    const { status, out, error } = this.#run(["merge-base", commit, "HEAD"]);
    if (status === 0) return out.toString("utf8").split("\n", 1)[0] ?? "";
    if (error !== "") throw this.#failure(reasonIn(error));
    throw this.#failure("it has no commit in common with HEAD", this.#howToFetch());
  }

  read(words: readonly string[]): string {
    return this.#output(words).toString("utf8");
  }

  /** One character a byte: the rows of a diff may be in any encoding. */
  readBytes(words: readonly string[]): string {
    return this.#output(words).toString("latin1");
  }

  #output(words: readonly string[]): Buffer {
    const { status, out, error } = this.#run(words);
    if (status !== 0) throw this.#failure(reasonIn(error));
    return out;
  }

  #run(words: readonly string[]): {
    readonly status: number | null;
    readonly out: Buffer;
    readonly error: string;
  } {
    const { status, stdout, stderr, error } = spawnSync(
      "git",
      ["--no-pager", "-c", "core.fsmonitor=false", ...words],
      {
        cwd: this.#cwd,
        maxBuffer: outputLimit,
        env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      },
    );
    if (errorCode(error) === "ENOENT") throw this.#failure("git is not installed, or not on the PATH");
    if (error) throw this.#failure(`git ${words[0] ?? ""}: ${explainError(error)}`);
    return { status, out: stdout, error: stderr.toString("utf8") };
  }

  #howToFetch(): string {
    const shallow =
      this.#run(["rev-parse", "--is-shallow-repository"]).out.toString("utf8").trim() === "true";
    return shallow
      ? "this clone is shallow: fetch the whole history (git fetch --unshallow; fetch-depth: 0, GIT_DEPTH: 0)"
      : "name a branch, a tag or a commit; one of a remote has to be fetched, and is called like origin/main";
  }

  #failure(reason: string, remedy?: string): UsageError {
    return new UsageError(`--changed-since ${this.#ref}: ${reason}`, remedy);
  }
}

/** The first line of what git complains of. */
function reasonIn(error: string): string {
  const [line = ""] = error.replace(/^(?:fatal|error): /, "").split("\n", 1);
  return line === "" ? "git failed without a word" : line;
}
