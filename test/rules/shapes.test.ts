import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readFixtures } from "./read-fixtures.ts";

/** Shapes that a naive analyser gets wrong, with a fixture that is found and one that looks like it and stays silent. */
const shapes: readonly {
  readonly shape: string;
  readonly found: readonly string[];
  readonly silent: readonly string[];
}[] = [
  {
    shape: "float32 again before the range takes the dtype",
    found: ["early-cast/rewritten/before_upcast", "float-range/rewritten/input_dtype"],
    silent: ["early-cast/silent/after_upcast", "float-range/silent/upcast_before_use"],
  },
  {
    shape: "the dtype of integers",
    found: ["early-cast/rewritten/like_inputs"],
    silent: ["early-cast/silent/integer_dtype", "float-range/silent/integer_weight"],
  },
  {
    shape: "a dtype parameter that every caller gives float32",
    found: ["float-range/rewritten/dtype_parameter"],
    silent: ["early-cast/silent/float32_callers", "float-range/silent/float32_callers"],
  },
  {
    shape: "int64, then low",
    found: ["early-cast/rewritten/integers_then_low", "early-cast/rewritten/type_as_inputs"],
    silent: ["float-range/silent/cast_after_integers", "early-cast/silent/same_product"],
  },
  {
    shape: "int64 / int under a low default dtype",
    found: ["default-dtype-frequency/rewritten/spelled_integers"],
    silent: ["default-dtype-frequency/silent/explicit"],
  },
  {
    shape: "ranges that are not integral",
    found: ["float-range/rewritten/float_literals", "default-dtype-frequency/rewritten/fractional_range"],
    silent: ["float-range/silent/fractions"],
  },
  {
    shape: "einsum of queries with relative embeddings",
    found: ["autocast-product/rewritten/relative_sines"],
    silent: ["float-range/silent/relative_embeddings", "autocast-product/silent/elementwise"],
  },
  {
    shape: "guards against autocast, float64",
    found: ["autocast-product/rewritten/regions_left"],
    silent: ["autocast-product/silent/disabled_regions", "float-range/silent/guarded_product"],
  },
  {
    shape: "a buffer read for its device, or made again",
    found: ["castable-buffer/rewritten/grown_cache"],
    silent: [
      "castable-buffer/silent/asked_for_its_device",
      "castable-buffer/silent/recomputed",
      "castable-buffer/silent/plain_attribute",
    ],
  },
  {
    shape: "buffers of other names, frozen parameters",
    found: [
      "castable-buffer/rewritten/bands",
      "castable-buffer/fires/phases",
      "castable-buffer/fires/frozen_parameter",
    ],
    silent: ["castable-buffer/silent/trained_parameter"],
  },
  {
    shape: "ranges inside comprehensions and grids, dtypes on other lines",
    found: [
      "float-range/rewritten/comprehension",
      "float-range/rewritten/image_grid",
      "float-range/rewritten/dtype_on_another_line",
    ],
    silent: ["float-range/silent/explicit_integers"],
  },
  {
    shape: "products inside helpers and behind aliases",
    found: ["float-range/rewritten/helper_product", "autocast-product/rewritten/two_dimensional"],
    silent: ["float-range/silent/indices"],
  },
  {
    shape: "float32 too late",
    found: ["early-cast/rewritten/late_float", "float-range/rewritten/late_float"],
    silent: ["early-cast/silent/float_in_time", "lossy-round-trip/silent/float_only"],
  },
  {
    shape: "phases without the usual names",
    found: [
      "autocast-product/rewritten/two_dimensional",
      "low-precision-trig/rewritten/scaled_steps",
      "autocast-product/fires/fourier_features",
    ],
    silent: ["low-precision-trig/silent/waves", "low-precision-trig/silent/integer_steps"],
  },
  {
    shape: "float32 first and low right after",
    found: ["early-cast/rewritten/keras_product", "early-cast/rewritten/single_then_low"],
    silent: ["early-cast/silent/tensorflow_cast_last", "early-cast/silent/single_stays"],
  },
];

describe("shapes that a naive analyser gets wrong", () => {
  const groups = new Map(readFixtures().map(({ name, expected }) => [name, expected]));
  for (const { shape, found, silent } of shapes) {
    it(shape, () => {
      for (const name of found) assert.ok((groups.get(name)?.length ?? 0) > 0, `${name} is found`);
      for (const name of silent) assert.deepEqual(groups.get(name), [], `${name} is silent`);
    });
  }
});
