/**
 * `npm run parity [-- PATH] [--sample N]`: ESLint with the strict Python configuration, and `ropelint check --stdin-filename`,
 * over the same files one by one. Both have to find the same. PATH defaults to transformers 4.37.2; --sample takes N files.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { resolve } from "node:path";
import { discover } from "../src/engine/discover.ts";
import ropelint from "../src/eslint/plugin.ts";
import { checked, lint, placesIn } from "../test/eslint/support.ts";
import { releases } from "./release.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" } },
});
const path = resolve(positionals[0] ?? releases(["4.37.2"])[0] ?? ".");
const { files } = discover([path], path);
const wanted = Number(values.sample ?? files.length);
const step = Math.max(1, Math.floor(files.length / wanted));
const config = ropelint.configs["python-strict"];
const flags = ["--select", "ALL", "--severity", "note"];
const seconds = { eslint: 0, check: 0 };
let findings = 0;
let looked = 0;

for (const { real } of files.filter((_, index) => index % step === 0)) {
  const text = readFileSync(real, "utf8");
  const start = performance.now();
  const result = await lint(text, { path: real, config, cwd: path });
  const middle = performance.now();
  const expected = await checked(text, real, flags);
  seconds.eslint += (middle - start) / 1000;
  seconds.check += (performance.now() - middle) / 1000;
  looked++;
  findings += expected.length;
  if (isDeepStrictEqual(placesIn(result), expected)) continue;
  process.exitCode = 1;
  console.log(`${real}: ESLint and ropelint check differ`, placesIn(result), expected);
}
console.log(
  `${looked} of ${files.length} files, ${findings} findings, ${process.exitCode === 1 ? "not all of them the same" : "the same"}; ` +
    `ESLint ${seconds.eslint.toFixed(1)} s, check ${seconds.check.toFixed(1)} s`,
);
