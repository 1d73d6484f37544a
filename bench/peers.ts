import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Other tools that go through the same files, from PyPI by name, in an environment of their own. */
const packages = ["ruff", "ast-grep-cli"];

const patterns = ["torch.arange($$$ARGS)", "$VALUE.sin()", "$VALUE.cos()"];

/** As many structural rules as the comparison asks for: ranges, sines, cosines. */
const rules = patterns
  .map((pattern, i) => `id: pattern-${String(i)}\nlanguage: python\nrule:\n  pattern: ${pattern}\n`)
  .join("---\n");

export interface Peers {
  /** `ruff check` with one rule and no cache. */
  readonly ruff: (paths: readonly string[]) => readonly string[];
  /** `ast-grep scan` with three structural patterns. */
  readonly astGrep: (paths: readonly string[]) => readonly string[];
  readonly versions: string;
}

/** @throws {Error} where they can't be installed. */
export function peers(): Peers {
  const home = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(home, "ropelint", "bench-venv");
  const bin = join(folder, "bin");
  if (!existsSync(join(bin, "ast-grep")) || !existsSync(join(bin, "ruff"))) install(folder, bin);
  const version = (tool: string): string =>
    spawnSync(join(bin, tool), ["--version"], { encoding: "utf8" }).stdout.trim();
  const oneRule = ["check", "--isolated", "--no-cache", "--select", "F401", "-q", "--exit-zero"];
  return {
    ruff: (paths) => [join(bin, "ruff"), ...oneRule, ...paths],
    astGrep: (paths) => [join(bin, "ast-grep"), "scan", "--inline-rules", rules, ...paths],
    versions: `${version("ruff")}, ${version("ast-grep")}`,
  };
}

function install(folder: string, bin: string): void {
  const python = process.env.ROPELINT_PYTHON ?? "/usr/bin/python3";
  const steps = [
    [python, "-m", "venv", folder],
    [join(bin, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages],
  ] as const;
  for (const [program, ...args] of steps)
    if (spawnSync(program, args, { stdio: ["ignore", 2, 2] }).status !== 0)
      throw new Error(`${packages.join(" and ")} could not be installed; --no-peers goes without them`);
}
