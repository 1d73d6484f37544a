#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("ropelint: this checkout is not built yet; run `npm run build` once.");
  process.exitCode = 2;
}
