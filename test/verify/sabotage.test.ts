import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { floatRange } from "../../rules/float-range.ts";
import { plainSetting } from "../../src/analysis/environments.ts";
import type { Root } from "../../src/analysis/rule.ts";
import { castToNamed } from "../../src/frontends/python/casts.ts";
import { apiReference } from "../../src/frontends/python/references.ts";
import { methodCall, withKeyword } from "../../src/ir/build.ts";
import type { Expr } from "../../src/ir/program.ts";
import { verifyGroup, type GroupResult } from "../../src/verify/group.ts";
import { inspect, isTorch, options, readFixtures, type Fixture } from "../rules/read-fixtures.ts";
import {
  analyse,
  candidatesOf,
  mutantsOf,
  number,
  operate,
  settings,
  sitesOf,
  type Site,
} from "./mutants.ts";

/** A linear congruential generator (Numerical Recipes): the same mutants in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function verify(site: Site, substitutions: ReadonlyMap<Expr, Expr>): GroupResult {
  return verifyGroup({
    file: site.file,
    occurrences: site.occurrences,
    substitutions,
    named: site.finding.severity === "note" ? [] : site.finding.environments,
    settings,
    changesPlain: false,
    movesDevice: false,
  });
}

/**
 * Fixtures that an int64 range with a cast alone does not make right, whose plain result has to change, or that write the
 * range into a tensor: that tensor keeps its device, wherever the range is made. `2 * (t // 2)` takes half a step for none.
 */
const needMore = new Set(
  [
    "ambient_pair",
    "two_causes",
    "low_by_text",
    "grid_corners",
    "centred_by_larger_side",
    "normalized_by_constructor",
  ].map((name) => `float-range/rewritten/${name}`),
);
const rewritten = readFixtures().filter(
  ({ name, group }) => group === "rewritten" && name.startsWith("float-range") && !needMore.has(name),
);

function sitesIn(fixture: Fixture): readonly Site[] {
  const file = analyse(fixture);
  const findings = inspect(fixture.text, options);
  return sitesOf(fixture, file, findings, (unit) => floatRange.match(unit, settings, file));
}

const sites = rewritten.filter(isTorch).map(sitesIn);

/** Right rewrites of every range of a fixture: what the rule proposes, in the first form that is confirmed for all of them. */
function rightOnes(all: readonly Site[]): ReadonlyMap<Expr, Expr> | null {
  const forms = Math.max(...all.map((site) => candidatesOf(site).length));
  for (let form = 0; form < forms; form++) {
    const right = new Map<Expr, Expr>();
    for (const site of all) {
      const candidates = candidatesOf(site);
      right.set(site.call, candidates[Math.min(form, candidates.length - 1)]!);
    }
    if (all.every((site) => verify(site, right).verdict === "confirmed")) return right;
  }
  return null;
}

/** What is no mistake: copy_ leaves a buffer where it is, whatever device what is copied comes from. */
const absorbed: Readonly<Record<string, readonly string[]>> = {
  "float-range/rewritten/coordinates_over_periods": ["another device", "dropped device"],
};

describe("the verifier can say no", () => {
  const refused = new Map<string, number>();
  for (const all of sites) {
    const [first] = all;
    if (!first) continue;
    it(first.fixture.name, () => {
      const right = rightOnes(all);
      assert.ok(right, "the right one is confirmed");
      for (const [index, site] of all.entries()) {
        for (const { wrong, replacement } of mutantsOf(site, right.get(site.call)!, seeded(1 + index))) {
          if (absorbed[site.fixture.name]?.includes(wrong)) continue;
          const { verdict } = verify(site, new Map([...right, [site.call, replacement]]));
          const line = site.fixture.text.slice(0, site.finding.span.start).split("\n").length;
          assert.ok(!verdict.startsWith("confirmed"), `line ${line}, ${wrong}: ${verdict}`);
          refused.set(wrong, (refused.get(wrong) ?? 0) + 1);
        }
      }
    });
  }

  it("at least 200 wrong rewrites, of every kind", (t) => {
    for (const [wrong, count] of refused) t.diagnostic(`${wrong}: ${count}`);
    assert.ok([...refused.values()].reduce((sum, count) => sum + count, 0) >= 200);
    for (const wrong of [
      "int8",
      "half at the end",
      "off by one",
      "dropped device",
      "dropped step",
      "type_as of a low tensor",
      "a cast before the product",
    ])
      assert.ok((refused.get(wrong) ?? 0) > 0, wrong);
  });
});

describe("a dropped half", () => {
  const fixture = readFixtures().find(({ name }) => name.endsWith("silent/fractions"))!;
  const file = analyse(fixture);
  const int64 = apiReference(file.program, "torch.int64", fixture.text)!;
  for (const unit of file.units) {
    for (const node of unit.unit.graph.nodes) {
      const call = file.callOf(node);
      const value = unit.numbers(plainSetting).value(node);
      if (!call || node.what.kind !== "operation" || node.what.operation !== "range") continue;
      if (value.kind !== "tensor" || !value.data?.data.some((x) => !Number.isInteger(x))) continue;
      it(fixture.text.slice(call.span!.start, call.span!.end), () => {
        const root: Root = {
          node,
          settings: [],
          subject: "positions",
          integrality: { degree: "proved", evidence: [] },
          writtenLow: null,
          raises: null,
        };
        const { verdict } = verifyGroup({
          file,
          occurrences: [{ unit, root }],
          substitutions: new Map([[call, methodCall(withKeyword(call, "dtype", int64), "float")]]),
          named: [],
          settings,
          changesPlain: false,
          movesDevice: false,
        });
        assert.ok(!verdict.startsWith("confirmed"), verdict);
      });
    }
  }
});

describe("other libraries' casts are no blank cheques", () => {
  for (const name of ["flax_rotary", "keras_positions", "mlx_rope", "paddle_rope", "paddle_default_dtype"]) {
    it(name, () => {
      const [site] = rewritten.filter((fixture) => fixture.name.endsWith(name)).flatMap(sitesIn);
      assert.ok(site);
      const [{ root, unit }] = site.occurrences as [Site["occurrences"][0]];
      const library = unit.libraryOf(root.node);
      const right = floatRange.rewrites!(root, unit, site.file)!.flatMap(({ substitutions }) => {
        const replacement = substitutions.get(site.call);
        return replacement && verify(site, substitutions).verdict === "confirmed" ? [replacement] : [];
      })[0];
      assert.ok(right, "the right one is confirmed");
      const low = castToNamed(site.file, library, right, "bfloat16")!;
      const wrong: readonly Expr[] = [
        low,
        castToNamed(site.file, library, low, "float32")!,
        castToNamed(site.file, library, castToNamed(site.file, library, right, "int8")!, "float32")!,
        operate(right, "+", number(1)),
      ];
      for (const replacement of wrong) {
        const { verdict } = verify(site, new Map([[site.call, replacement]]));
        assert.ok(!verdict.startsWith("confirmed"), verdict);
      }
    });
  }
});

describe("half a repair is none", () => {
  for (const name of ["sinusoidal_table", "timesteps_buffer", "stored_into_zeros", "window_24"]) {
    it(name, () => {
      const all = sites.find(([first]) => first?.fixture.name.endsWith(name)) ?? [];
      assert.equal(all.length, 2);
      for (const site of all) {
        for (const replacement of candidatesOf(site)) {
          const { verdict } = verify(site, new Map([[site.call, replacement]]));
          assert.ok(!verdict.startsWith("confirmed"), verdict);
        }
      }
    });
  }
});
