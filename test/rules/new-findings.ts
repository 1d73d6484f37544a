import type { Finding } from "../../src/verify/finding.ts";

/**
 * Findings that a fix brought: each finding after it has to be one that was there before, of the same rule, in the same definition,
 * in no further environment. What a fix leaves under the name of another rule is new as well.
 */
export function newFindings(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const left = [...before];
  return after.flatMap((finding) => {
    const index = left.findIndex(
      ({ rule, definition, environments }) =>
        rule === finding.rule &&
        definition === finding.definition &&
        finding.environments.every((name) => environments.includes(name)),
    );
    if (index < 0)
      return [`${finding.rule} in ${finding.definition || "the module"}: ${finding.environments.join()}`];
    left.splice(index, 1);
    return [];
  });
}
