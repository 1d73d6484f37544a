import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const python = process.env.ROPELINT_PYTHON ?? "/usr/bin/python3";

/** Folders of releases of transformers, downloaded where they have to be. Each is a row of test/corpus/releases.json. */
export function releases(versions: readonly string[]): readonly string[] {
  const script = fileURLToPath(new URL("../test/corpus/fetch.py", import.meta.url));
  const names = versions.map((version) => `transformers-${version}`);
  const { status, stdout } = spawnSync(python, [script, ...names], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${names.join(", ")} could not be downloaded; name a PATH instead`);
  return stdout.trim().split("\n");
}
