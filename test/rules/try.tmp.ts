import { described, fix, inspect, options, readFixtures, safe, unsafe } from "./read-fixtures.ts";
import { createPatch } from "diff";
const words = process.argv.slice(2);
for (const f of readFixtures()) {
  if (words.length && !words.some((w) => f.name.includes(w))) continue;
  const t = performance.now();
  let found;
  try { found = inspect(f.text, options); } catch (e) { console.log(`### ${f.name} CRASH ${(e as Error).stack}`); continue; }
  const ms = Math.round(performance.now() - t);
  const got = described(found, f.text);
  const same = JSON.stringify(got) === JSON.stringify(f.expected);
  console.log(`### ${f.name} ${ms}ms ${same ? "ok" : "DIFFERS"}`);
  if (!same) { console.log("  expected", ...f.expected.map((e) => `\n    ${JSON.stringify(e)}`)); console.log("  got", ...got.map((e) => `\n    ${JSON.stringify(e)}`)); 
   for (const x of found) console.log("   ", x.message, "|", x.evidence?.reason, x.fix?.applicability, JSON.stringify(x.evidence?.remaining)); }
  const fixed = fix(f.text, found, safe);
  const un = fix(f.text, found, unsafe);
  if (fixed !== f.text) console.log(createPatch(f.name, f.text, fixed, "", "", { context: 0 }).split("\n").slice(4).filter(l=>!l.startsWith("@@")).join("\n"));
  if (un !== fixed) console.log("UNSAFE", createPatch(f.name, fixed, un, "", "", { context: 0 }).split("\n").slice(4).filter(l=>!l.startsWith("@@")).join("\n"));
}
