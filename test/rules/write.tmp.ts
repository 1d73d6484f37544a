import { writeFileSync, rmSync, existsSync } from "node:fs";
import { fix, inspect, options, readFixtures, safe, unsafe } from "./read-fixtures.ts";
const words = process.argv.slice(2);
for (const f of readFixtures()) {
  if (words.length && !words.some((w) => f.name.includes(w))) continue;
  if (f.group !== "rewritten") continue;
  const found = inspect(f.text, options);
  const a = fix(f.text, found, safe), b = fix(f.text, found, unsafe);
  const base = `test/fixtures/${f.name}`;
  const put = (p: string, t: string | null) => { if (t === null) { if (existsSync(p)) { rmSync(p); console.log("rm", p); } } else if (!existsSync(p)) { writeFileSync(p, t); console.log("new", p); } else if ((p.endsWith("fixed.py") ? f.fixed : f.unsafe)!.text !== t) { writeFileSync(p, t); console.log("CHANGED", p); } };
  put(`${base}.fixed.py`, a === f.text ? null : a);
  put(`${base}.unsafe.py`, b === a ? null : b);
}
