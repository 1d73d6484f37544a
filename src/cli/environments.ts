import type { Services, Streams } from "./services.ts";
import { shortDType } from "./formats/figures.ts";
import { formatTable } from "./formats/table.ts";

/** `ropelint environments`: the records that code is evaluated in. */
export function showEnvironments({ environments }: Services, streams: Streams): number {
  const rows = environments.map(({ name, dtypes, isDefault, decides, summary, met }) => [
    name,
    dtypes.map(shortDType).join(", "),
    role(isDefault, decides),
    summary,
    met,
  ]);
  streams.out(formatTable(["environment", "in", "default", "what it changes", "who meets it"], rows));
  for (const { name, assumes } of environments)
    if (assumes !== null) streams.out(`${name} assumes: ${assumes}\n`);
  return 0;
}

function role(isDefault: boolean, decides: boolean): string {
  if (!isDefault) return "no";
  return decides ? "yes" : "shown only";
}
