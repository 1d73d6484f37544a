import path from "node:path";
import { isCommentRule } from "../../src/analysis/rule.ts";
import { rules } from "../../src/engine/rules.ts";
import { isTorch, readFixtures, type Fixture } from "../rules/read-fixtures.ts";

/** A fixture that real PyTorch can run as it stands. */
export interface Runnable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** A comment is nothing to measure. */
const commentRules: readonly string[] = rules.filter(isCommentRule).map(({ id }) => id);

/** What cannot be compared with plain: random weights, no module, autocast that the text itself switches on (which takes CUDA). */
const left: ReadonlySet<string> = new Set([
  "float_ids",
  "uncalled_helper",
  "switched_on_again",
  // The distances of 4096 positions in 12 heads are 200 million.
  "flash_attention_845",
  // torch 1.13 has no nn.Buffer.
  "buffer_class",
  "dtype_of_own_buffer",
  "written_by_initialisation",
  // Repaired, it raises in zero-init, where the layer's own weights are low: that is why its fix is no safe one.
  "attribute_meets_embeddings",
  // The base class is somewhere else.
  "attribute_of_a_foreign_base",
  // The buffer is rounded as before, and only the attribute beside it is not.
  "castable-buffer/rewritten/positions",
  // What it imports makes its frequencies.
  "unknown_origin",
  // Arguments that no name tells: configurations, fields, coordinates, the dtype of a model.
  "centres_beside",
  "initial_directions",
  "fractions_of_a_turn",
  // Its constructor raises in zero-init, before and after.
  "lookup_that_raises",
  "centred_by_larger_side",
  "grid_corners",
  "window_from_config",
  "window_handed_on",
  "vllm_1004",
]);

export function isRunnable(fixture: Fixture): boolean {
  const { name, group } = fixture;
  return (
    group === "rewritten" &&
    isTorch(fixture) &&
    !left.has(path.basename(name)) &&
    !left.has(name) &&
    // Plain is wrong itself there, and has to change.
    !fixture.expected.some(({ verdict }) => verdict === "confirmed-change") &&
    !commentRules.some((id) => name.startsWith(`${id}/`))
  );
}

export function runnable(): readonly Runnable[] {
  return readFixtures()
    .filter(isRunnable)
    .map(({ name, text, fixed, unsafe, suggested }) => ({
      name,
      before: text,
      after: (unsafe ?? fixed ?? suggested)?.text ?? text,
    }));
}
