/**
 * Defects that are put into copies of real packages. Of a package nothing is kept here but the words that find the place.
 */

/** What is found, once, and what takes its place. */
export type Edit = readonly [found: string, put: string];

export interface Seed {
  /** As npm-packages.json names it, or a repository at a commit. */
  readonly package: string;
  readonly path: string;
  readonly rule: string;
  /** What a user of the library would have written there: its imports by name, a rotation by hand. It has to be silent, and is what a repair is compared with. */
  readonly right: readonly Edit[];
  readonly defect: readonly Edit[];
  /** `dtypes.mts` beside the file, and what the command line makes of it instead of rewriting the file. */
  readonly module?: { readonly text: string; readonly repaired: string };
  /** Words of the line that has to be reported. */
  readonly at: string;
  readonly repair: "fix" | "suggestion" | "none";
  /**
   * Where the library runs without a GPU: an array of it, from the module `m` and the library itself (`mx` or `np`). With `DTYPE` in it, it is
   * computed in float32, where nothing may differ, and in float16.
   */
  readonly run?: string;
  /** How far the repair may be off, which casts the result to the dtype that it had: half a unit in the last place of a cosine there. */
  readonly keeps?: number;
  /** The library; node-mlx unless another is named. */
  readonly runs?: "node-mlx" | "jax-js" | "numpy-ts";
  /** Why it isn't found yet. */
  readonly missed?: string;
}

const mlx = { package: "@frost-beta/mlx@0.0.7", path: "lib/nn/layers/positional-encoding.ts" };
const mlxImports: readonly Edit[] = [
  ["import {core as mx, utils} from '../../..';", "import {core as mx, nn} from '@frost-beta/mlx';"],
  ["import {Module} from './base';", "const {Module} = nn;"],
];
const llama = { package: "@frost-beta/llm@0.4.1", path: "dist/models/llama.js" };
const t5 = { package: "@frost-beta/llm@0.4.1", path: "dist/models/t5.js" };
const transformers = "@huggingface/transformers@4.3.1";
const fft = { package: "@tensorflow/tfjs-backend-webgpu@4.22.0", path: "dist/fft_webgpu.js" };
const jax = "github:ekzhang/jax-js@4014cc4979c76257ba160d6dc8fc4c978d03e0c4";
const lfm = {
  package: jax,
  path: "website/src/routes/chat/lfm.ts",
  runs: "jax-js",
} as const;
const gemma = {
  package: jax,
  path: "website/src/routes/chat/gemma.ts",
  runs: "jax-js",
} as const;
const pocket = {
  package: jax,
  path: "website/src/routes/tts/pocket-tts.ts",
  runs: "jax-js",
} as const;
const numpy = "github:dupontcyborg/numpy-ts@d2d53f0d7873121066b8b95584d4e5d09e73015e";
/** A table of cosines in one of the library's own small programs. */
function numpyTable(module: string, before: string, imports: string): readonly Edit[] {
  const table = `export function table(length: number) {
  const positions = arange(0, length, 1, 'int32').astype('float32');
  const rates = exp(multiply(arange(0, 32, 1, 'float32'), -0.28));
  return cos(outer(positions, rates));
}
`;
  const missing = module === "numpy-ts" ? "arange, multiply, outer" : "arange, exp, outer";
  return [
    [before, `${table}${before}`],
    [imports, `import { ${missing} } from '${module}';\n${imports}`],
  ];
}
const jaxModule = {
  text: 'import { numpy as np } from "@jax-js/jax";\nexport const POSITION_DTYPE = np.float16;\n',
  repaired: 'import { numpy as np } from "@jax-js/jax";\nexport const POSITION_DTYPE = np.float32;\n',
};
const tensorImport: Edit = ["'../../utils/tensor.js'", "'@huggingface/transformers'"];
const modelImport: Edit = ["'../utils/tensor.js'", "'@huggingface/transformers'"];

export const seeds: readonly Seed[] = [
  {
    ...mlx,
    rule: "float-range",
    right: [
      ...mlxImports,
      [
        "return mx.fast.rope(x, this.dims, this.traditional, this.base, this.scale, offset);",
        `const positions = mx.arange(offset, offset + x.shape[1], 1, mx.int32).astype(mx.float32);
    const rates = mx.divide(1, mx.power(this.base, mx.divide(mx.arange(0, this.dims, 2), this.dims)));
    const phases = mx.outer(positions, rates);
    return mx.concatenate([mx.cos(phases), mx.sin(phases)], -1).astype(x.dtype);`,
      ],
    ],
    defect: [["x.shape[1], 1, mx.int32).astype(mx.float32)", "x.shape[1], 1, x.dtype)"]],
    at: "const positions = mx.arange",
    repair: "fix",
    run: "new m.RoPE(64).forward(mx.ones([1, 4096, 64], mx.bfloat16))",
  },
  {
    ...mlx,
    rule: "float-range",
    right: mlxImports,
    defect: [["mx.arange(0, Math.floor(dims / 2))", "mx.arange(0, Math.floor(dims / 2), 1, mx.float16)"]],
    at: "const oneZero",
    repair: "suggestion",
    run: "new m.SinusoidalPositionalEncoding(256).forward(mx.arange(0, 4096))",
  },
  {
    ...mlx,
    rule: "float-range",
    right: mlxImports,
    defect: [["mx.arange(1, numHeads + 1)", "mx.arange(1, numHeads + 1, 1, mx.float16)"]],
    at: "mx.arange(1, numHeads",
    repair: "suggestion",
    run: "m.ALiBi.createAlibiSlope(12)",
  },
  {
    ...mlx,
    rule: "early-cast",
    right: mlxImports,
    defect: [["minFreq));\n    if (fullTurns)", "minFreq)).astype(mx.bfloat16);\n    if (fullTurns)"]],
    at: "this.#sigmas = mx.exp(",
    repair: "none",
  },
  {
    ...mlx,
    rule: "float-range",
    right: mlxImports,
    defect: [["mx.arange(offset, qSequenceLength)", "mx.arange(offset, qSequenceLength, 1, dtype)"]],
    at: "const x1",
    repair: "fix",
    run: "m.ALiBi.createAlibiMatrix(512, 512, 4, 0, mx.bfloat16)",
  },
  {
    ...llama,
    rule: "float-range",
    right: [
      [
        "return mlx_1.core.fast.rope(x, this.dims, this.traditional, this.base, this.scale, offset, this.#freqs);",
        `const positions = mlx_1.core.arange(offset, offset + x.shape[2], 1, mlx_1.core.int32).astype(mlx_1.core.float32);
        const phases = mlx_1.core.outer(positions, mlx_1.core.divide(1, this.#freqs));
        return mlx_1.core.concatenate([mlx_1.core.cos(phases), mlx_1.core.sin(phases)], -1).astype(x.dtype);`,
      ],
      ["exports.modelArgs = modelArgs;", "exports.modelArgs = modelArgs;\nexports.rotary = initializeRoPE;"],
    ],
    defect: [["x.shape[2], 1, mlx_1.core.int32).astype(mlx_1.core.float32)", "x.shape[2], 1, x.dtype)"]],
    at: "const positions",
    repair: "fix",
    run: "m.rotary({ headDim: 64, maxPositionEmbeddings: 131072, ropeTheta: 500000, ropeScaling: { type: 'llama3', factor: 8 } }).forward(mx.ones([1, 2, 4096, 64], mx.bfloat16))",
  },
  {
    ...llama,
    rule: "float-range",
    right: [],
    defect: [["arange(0, this.dims, 2)", "arange(0, this.dims, 2, mlx_1.core.bfloat16)"]],
    at: "let freqs",
    repair: "none",
  },
  {
    ...t5,
    rule: "float-range",
    right: [],
    defect: [["queryLength, 1, mlx_1.core.int16)", "queryLength, 1, mlx_1.core.float16)"]],
    at: "const contextPosition",
    repair: "none",
  },
  {
    ...t5,
    rule: "float-range",
    right: [],
    defect: [["arange(keyLength, mlx_1.core.int16)", "arange(keyLength, mlx_1.core.bfloat16)"]],
    at: "const memoryPosition",
    repair: "none",
  },
  {
    ...lfm,
    rule: "float-range",
    right: [["function applyRoPE(", "export function applyRoPE("]],
    defect: [
      [
        "const positions = np\n    .arange(T, undefined, undefined, { dtype: np.float32 })",
        "const positions = np\n    .arange(T, undefined, undefined, { dtype: q.dtype })",
      ],
    ],
    at: "const positions = np",
    repair: "fix",
    run: "m.applyRoPE(np.ones([4096, 1, 64], { dtype: DTYPE }), np.ones([4096, 1, 64], { dtype: DTYPE }), 0)[0]",
  },
  {
    ...lfm,
    rule: "float-range",
    right: [["function applyRoPE(", "export function applyRoPE("]],
    defect: [
      [
        "export function applyRoPE(",
        "import { POSITION_DTYPE } from './dtypes.mjs';\nexport function applyRoPE(",
      ],
      [
        "const positions = np\n    .arange(T, undefined, undefined, { dtype: np.float32 })",
        "const positions = np\n    .arange(T, undefined, undefined, { dtype: POSITION_DTYPE })",
      ],
    ],
    module: jaxModule,
    at: "const positions = np",
    repair: "suggestion",
    run: "m.applyRoPE(np.ones([4096, 1, 64]), np.ones([4096, 1, 64]), 0)[0]",
  },
  {
    package: numpy,
    path: "tests/tree-shaking/fixtures/core-math.ts",
    runs: "numpy-ts",
    rule: "early-cast",
    right: numpyTable("numpy-ts/core", "const a = array([1, 2, 3, 4]);", "import { add,"),
    defect: [
      ["cos(outer(positions, rates))", "cos(outer(positions.astype(positionDtype), rates))"],
      ["export function table(", "import { positionDtype } from './dtypes.mjs';\nexport function table("],
    ],
    module: {
      text: "export const positionDtype = 'float16' as const;\n",
      repaired: "export const positionDtype = 'float32' as const;\n",
    },
    at: "return cos(",
    repair: "suggestion",
    run: "m.table(4096)",
  },
  {
    ...gemma,
    rule: "early-cast",
    right: [["function applyGemmaRoPE(", "export function applyGemmaRoPE("]],
    defect: [
      ["const freqs = positions.mul(invFreq);", "const freqs = positions.mul(invFreq).astype(q.dtype);"],
    ],
    at: "const freqs = positions",
    repair: "fix",
    run: "m.applyGemmaRoPE(np.ones([4096, 1, 64], { dtype: DTYPE }), np.ones([4096, 1, 64], { dtype: DTYPE }), 0, 10000)[0]",
  },
  {
    ...pocket,
    rule: "early-cast",
    right: [],
    defect: [
      [
        "const ts = np.arange(T).add(offset).astype(np.float32)",
        "const ts = np.arange(T).add(offset).astype(q.dtype)",
      ],
    ],
    at: "const ts = np",
    repair: "fix",
    run: "m.runRope(np.ones([4096, 1, 64], { dtype: DTYPE }), np.ones([4096, 1, 64], { dtype: DTYPE }), np.array(0, { dtype: np.int32 }), 10000)[0]",
  },
  {
    ...lfm,
    rule: "float-range",
    right: [["function applyRoPE(", "export function applyRoPE("]],
    defect: [
      [
        "const dim = np.arange(halfD, undefined, undefined, { dtype: np.float32 });",
        "const dim = np.arange(halfD, undefined, undefined, { dtype: np.float16 });",
      ],
    ],
    at: "const dim = np",
    repair: "suggestion",
  },
  {
    ...gemma,
    rule: "lossy-round-trip",
    right: [["function applyGemmaRoPE(", "export function applyGemmaRoPE("]],
    defect: [
      [
        "    .reshape([T, 1]);\n  const freqs",
        "    .reshape([T, 1])\n    .astype(q.dtype)\n    .astype(np.float32);\n  const freqs",
      ],
    ],
    at: "const positions = np",
    repair: "fix",
    run: "m.applyGemmaRoPE(np.ones([4096, 1, 64], { dtype: DTYPE }), np.ones([4096, 1, 64], { dtype: DTYPE }), 0, 10000)[0]",
  },
  {
    ...pocket,
    rule: "early-cast",
    right: [],
    defect: [
      [
        "const freqs = np.exp(ds.mul((-Math.log(maxPeriod) * 2) / D));",
        "const freqs = np.exp(ds.mul((-Math.log(maxPeriod) * 2) / D)).astype(k.dtype);",
      ],
    ],
    at: "const freqs = np",
    repair: "fix",
    run: "m.runRope(np.ones([4096, 1, 64], { dtype: DTYPE }), np.ones([4096, 1, 64], { dtype: DTYPE }), np.array(0, { dtype: np.int32 }), 10000)[0]",
  },
  {
    package: numpy,
    path: "tests/tree-shaking/fixtures/full-math.ts",
    runs: "numpy-ts",
    rule: "float-range",
    right: numpyTable("numpy-ts", "const a = array([1, 2, 3, 4, 5]);", "import { abs,"),
    defect: [["'int32').astype('float32')", "'float16')"]],
    at: "const positions = ",
    repair: "suggestion",
    run: "m.table(4096)",
  },
  {
    package: numpy,
    path: "tests/tree-shaking/fixtures/core-math.ts",
    runs: "numpy-ts",
    rule: "float-range",
    right: numpyTable("numpy-ts/core", "const a = array([1, 2, 3, 4]);", "import { add,"),
    defect: [["'int32').astype('float32')", "'float16')"]],
    at: "const positions = ",
    repair: "suggestion",
    run: "m.table(4096)",
  },
  {
    package: numpy,
    path: "tests/tree-shaking/fixtures/core-math.ts",
    runs: "numpy-ts",
    rule: "early-cast",
    right: numpyTable("numpy-ts/core", "const a = array([1, 2, 3, 4]);", "import { add,"),
    defect: [["cos(outer(positions, rates))", "cos(outer(positions, rates).astype('float16'))"]],
    at: "return cos(",
    repair: "suggestion",
    keeps: 2 ** -12,
    run: "m.table(4096)",
  },
  {
    package: transformers,
    path: "src/models/chatterbox/modeling_chatterbox.js",
    rule: "position-ids-dtype",
    right: [tensorImport],
    defect: [["new Tensor('int64', position_ids,", "new Tensor('float32', position_ids,"]],
    at: "'float32', position_ids,",
    repair: "suggestion",
  },
  {
    package: transformers,
    path: "src/models/chatterbox/modeling_chatterbox.js",
    rule: "position-ids-dtype",
    right: [tensorImport],
    defect: [["new Tensor('int64', position_ids_list", "new Tensor('float16', position_ids_list"]],
    at: "'float16', position_ids_list",
    repair: "none",
  },
  {
    package: transformers,
    path: "src/models/voxtral_realtime/modeling_voxtral_realtime.js",
    rule: "position-ids-dtype",
    right: [tensorImport],
    defect: [
      [
        "'int64',\n        BigInt64Array.from({ length: conv2",
        "'float32',\n        Float32Array.from({ length: conv2",
      ],
      ["BigInt(s.enc_past_seq_len + i)", "s.enc_past_seq_len + i"],
    ],
    at: "const position_ids = new Tensor(",
    repair: "suggestion",
  },
  {
    package: transformers,
    path: "src/models/modeling_utils.js",
    rule: "position-ids-dtype",
    right: [modelImport],
    defect: [
      ["let position_ids = new Tensor('int64', data", "let position_ids = new Tensor('float32', data"],
    ],
    at: "new Tensor('float32', data",
    repair: "suggestion",
  },
  {
    package: transformers,
    path: "src/models/qwen2_vl/modeling_qwen2_vl.js",
    rule: "f16-array",
    right: [tensorImport],
    defect: [
      [
        "const position_ids = BigInt64Array.from({ length: 3 * batch_size * seq_length }, (_, i) =>",
        "const position_ids = Float16Array.from({ length: seq_length }, (_, i) => i);",
      ],
      ["                BigInt(Math.floor((i % seq_length) / batch_size)),\n            );", ""],
    ],
    at: "Float16Array.from",
    repair: "suggestion",
  },
  {
    package: "@tensorflow/tfjs-layers@4.22.0",
    path: "dist/layers/preprocessing/center_crop.js",
    rule: "forced-f16-textures",
    right: [["tidy, range, image }", "tidy, range, image, env }"]],
    defect: [
      ["class CenterCrop extends", "env().set('WEBGL_FORCE_F16_TEXTURES', true);\nclass CenterCrop extends"],
    ],
    at: "WEBGL_FORCE_F16_TEXTURES",
    repair: "suggestion",
  },
  {
    ...fft,
    rule: "wgsl-f16-trig",
    right: [["const userCode = `", "const userCode = `enable f16;"]],
    defect: [["let expR = cos(x);", "let expR = f32(cos(f16(x)));"]],
    at: "let expR",
    repair: "none",
  },
  {
    ...fft,
    rule: "wgsl-f16-trig",
    right: [["const userCode = `", "const userCode = `enable f16;"]],
    defect: [["let expI = sin(x);", "let half = f16(x);\n        let expI = f32(sin(half));"]],
    at: "f32(sin(half))",
    repair: "none",
  },
];
