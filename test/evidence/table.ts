import type { Finding } from "../../src/verify/finding.ts";
import { inspect, options, readFixtures, rulesFor, type Fixture } from "../rules/read-fixtures.ts";
import { readMeasured } from "./cases.ts";
import { isRunnable } from "./runnable.ts";

/** What stores, casts and sums of low values that no rewrite touches may leave of a table (0.00195 for a bf16 store). */
export const roundings = 0.02;

/** How far results move from plain, or what PyTorch raises. */
type Move = number | string;

/** One fixture in one environment and dtype, of which a finding says: bad, and repaired by its fix. */
interface Claim {
  readonly rule: string;
  readonly environment: string;
  readonly dtype: string;
  readonly torch: readonly [Move, Move];
}

/** A row of the table in docs/oracle.md: what ropelint claims of its fixtures, and what PyTorch does with them. */
export interface OracleRow {
  readonly rule: string;
  readonly environment: string;
  readonly dtype: string;
  readonly fixtures: number;
  /** Those that move on PyTorch before the fix, at the sizes it runs them with: fp16 counts exactly up to 2048. */
  readonly wrong: number;
  /** Of these, those that PyTorch brings back to plain after the fix, or to within a few roundings of it. */
  readonly repaired: number;
  /** Largest move before and after, of those that run. */
  readonly before: number | "raises";
  readonly after: number | "raises";
}

export function oracleRows(): readonly OracleRow[] {
  const measured = new Map(readMeasured().fixtures.map((one) => [one.name, one.runs]));
  const groups = new Map<string, Claim[]>();
  for (const fixture of readFixtures().filter(isRunnable)) {
    for (const claim of claimsOf(fixture, measured.get(fixture.name) ?? {}))
      groups.set(keyOf(claim), [...(groups.get(keyOf(claim)) ?? []), claim]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).flatMap(([, claims]) => rowOf(claims));
}

function keyOf({ rule, environment, dtype }: Claim): string {
  return `${rule} ${environment} ${dtype}`;
}

function claimsOf(fixture: Fixture, runs: Readonly<Record<string, readonly [Move, Move]>>): readonly Claim[] {
  const claims = new Map<string, Claim>();
  for (const finding of inspect(fixture.text, { ...options, rules: rulesFor(fixture.name) })) {
    if (finding.severity === "note" || finding.evidence === null) continue;
    for (const { environment, dtype } of repairedIn(finding)) {
      // Plain has no low dtype: what the text writes is in its column.
      const setting = `${environment} ${environment === "plain" ? environment : dtype}`;
      const claim = { rule: finding.rule, environment, dtype, torch: runs[setting] ?? [0, 0] } as const;
      claims.set(keyOf(claim), claim);
    }
  }
  return [...claims.values()];
}

/** Where a finding says that its fix repairs what is bad. Code that raises has no figures, in whatever dtype. */
function repairedIn({ evidence, environments }: Finding): readonly Pick<Claim, "environment" | "dtype">[] {
  const runs = evidence?.runs ?? [];
  if (runs.length === 0 && evidence?.verdict === "confirmed-change") {
    return environments.map((environment) => ({ environment, dtype: "any" }));
  }
  return runs.filter(
    ({ environment, outcome }) => outcome === "repaired" && environments.includes(environment),
  );
}

function rowOf(claims: readonly Claim[]): readonly OracleRow[] {
  const [first] = claims;
  if (!first) return [];
  const { rule, environment, dtype } = first;
  const largest = (when: 0 | 1): number | "raises" => {
    const moves = claims.flatMap(({ torch }) => (typeof torch[when] === "number" ? [torch[when]] : []));
    return moves.length === 0 ? "raises" : Math.max(...moves);
  };
  const wrong = claims.filter(({ torch: [before] }) => before !== 0);
  const repaired = wrong.filter(({ torch: [, after] }) => typeof after === "number" && after <= roundings);
  const counts = { fixtures: claims.length, wrong: wrong.length, repaired: repaired.length };
  return [{ rule, environment, dtype, ...counts, before: largest(0), after: largest(1) }];
}
