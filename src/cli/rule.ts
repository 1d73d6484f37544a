import type { Services, Streams } from "./services.ts";
import { suggest } from "../analysis/nearest.ts";
import { UsageError } from "../engine/usage-error.ts";

/** `ropelint rule [ID]`: a rule's page, or the list of rules. */
export function showRules(id: string | undefined, services: Services, streams: Streams): number {
  const { rules } = services;
  if (id === undefined) {
    const width = Math.max(0, ...rules.map((rule) => rule.id.length));
    for (const rule of rules)
      streams.out(`${rule.id.padEnd(width)}  ${rule.summary}${rule.strict ? " (strict)" : ""}\n`);
    return 0;
  }
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined)
    throw new UsageError(
      `unknown rule "${id}"`,
      suggest(
        id,
        rules.map((candidate) => candidate.id),
      ),
    );
  streams.out(rule.page.endsWith("\n") ? rule.page : `${rule.page}\n`);
  return 0;
}
