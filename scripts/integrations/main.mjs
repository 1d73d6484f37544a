// Outside tools from PyPI and from the machine, each installed once and tried on repositories of its own.
import { join } from "node:path";
import { testCi } from "./ci.mjs";
import { testMakefile } from "./makefile.mjs";
import { testOtherLinters } from "./other-linters.mjs";
import { testPreCommit } from "./pre-commit.mjs";
import { builtRopelint, installPython, repositoryOfWorkingTree, root, step } from "./support.mjs";

/** One major version each: what is tried is ropelint, not their next release. */
const packages = ["pre-commit>=4,<5", "ruff", "check-jsonschema<1", "xmlschema>=4,<5"];

function once(make) {
  let made;
  return () => (made ??= make());
}

export function testOutsideTools(isChosen, isQuick) {
  const names = ["pre-commit", "ruff", "ci", "make"].filter(isChosen);
  if (names.length === 0) return;
  const python = step("tools from PyPI", () => installPython(...packages));
  const ropelint = join(builtRopelint(), "ropelint");
  const repository = once(repositoryOfWorkingTree);
  const tests = {
    "pre-commit": () => testPreCommit(python, repository(), root, isQuick),
    ruff: () => testOtherLinters(python, ropelint),
    ci: () => testCi(python, isQuick, repository),
    make: () => testMakefile(ropelint),
  };
  // The hooks run what make runs.
  const left = isQuick ? names.filter((name) => name !== "make") : names;
  for (const name of left) tests[name]();
}
