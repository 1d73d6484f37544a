import type { Finding } from "../../src/verify/finding.ts";

const base: Finding = {
  rule: "float-range",
  severity: "error",
  message: "message",
  span: { start: 0, end: 1 },
  environments: ["zero-init"],
  definition: "",
  related: [],
  evidence: null,
  fix: null,
};

export function finding(some: Partial<Finding>): Finding {
  return { ...base, ...some };
}

/** A finding with a fix that is safe, in a group of its own. */
export function repairable(definition: string, some: Partial<Finding> = {}): Finding {
  const fix = { applicability: "safe", message: "cast", group: definition, edits: [] } as const;
  return finding({ definition, fix, ...some });
}
