/**
 * Probe values: what a size is worth where the text fixes none, by the role its name tells.
 * The first row that matches any of a value's names counts.
 */
export interface Probe {
  readonly role: string;
  readonly pattern: RegExp;
  readonly value: number;
  readonly type: "int" | "float";
  /** Take the default in a signature where it is larger. */
  readonly atLeastDefault?: boolean;
  /** Take the default in a signature where there is one. */
  readonly fromDefault?: boolean;
  /** The name says little: even where a project states the size, a default in a signature says more. */
  readonly isVague?: boolean;
}

/** Sequence length where neither text nor configuration says one. */
const defaultLength = 4096;
/** Channels, of a head or of anything else, where neither says how many. */
const defaultChannels = 128;
/** Heads of a layer where neither text nor configuration says how many. */
const headCount = 32;

/** Rows, and columns, of an image or of its patches. */
export const gridSize = 100;

export const probes: readonly Probe[] = [
  {
    role: "batch",
    pattern: /^(b|bs|bsz|bz|n_?batch|batch(_?size)?|num_beams|beam_size)$/,
    value: 1,
    type: "int",
  },
  // Which one of the layers: it stays below their number, whatever that is.
  {
    role: "layer index",
    pattern: /(layer|block)_?(idx|id|index|number)$|^(i_(layer|block)|(layer|block)_i)$/,
    value: 0,
    type: "int",
  },
  {
    role: "offset",
    pattern: /(^|_)past.{0,60}len|offset|padding_idx|pad_token_id|mem_len|^mlen$|start_pos|cache_(len|pos)/,
    value: 0,
    type: "int",
    fromDefault: true,
  },
  {
    role: "base",
    pattern: /(^|_)(base|theta|max_period|temperature|wavelength)$|rope_theta|rotary.*base|max_scale/,
    value: 10000,
    type: "int",
    fromDefault: true,
  },
  {
    role: "scale",
    pattern: /scal|factor|alpha|beta|gamma|(^|_)eps|ratio/,
    value: 1,
    type: "float",
    fromDefault: true,
  },
  { role: "channels", pattern: /feats?$|features?$/, value: 128, type: "int" },
  { role: "timesteps", pattern: /timestep|num_train_steps|diffusion_steps/, value: 1000, type: "int" },
  { role: "window", pattern: /window/, value: 24, type: "int" },
  {
    role: "grid",
    pattern:
      /^(h|w|height|width|ht|wd|patch_[hw]|grid_[hw]|.*(height|width|grid_size|image_size|resolution))$/,
    value: gridSize,
    type: "int",
  },
  {
    role: "heads",
    pattern: /(^|_)(heads?|n_head|num_heads|head_count)$|num_.{0,60}heads|heads_power|power_of_2/,
    value: headCount,
    type: "int",
  },
  { role: "buckets", pattern: /bucket/, value: 32, type: "int" },
  { role: "distance", pattern: /distance/, value: defaultLength, type: "int", atLeastDefault: true },
  {
    role: "head dim",
    pattern: /head_?(dim|size)|rotary_(dim|ndims)|(^|_)rot_?dim|kv_channels/,
    value: 128,
    type: "int",
  },
  // A single letter says little: a default says more.
  {
    role: "length",
    pattern: /^(t|n|l|q|k)$/,
    value: defaultLength,
    type: "int",
    fromDefault: true,
    isVague: true,
  },
  {
    role: "length",
    pattern:
      /len|seq|(^|_)pos(ition)?s?(_|$)|positions|max_position|num_embeddings|n_ctx|n_positions|context|block_size|^(tgt|src|klen|qlen)$|frames|time_dim|num_patches/,
    value: defaultLength,
    type: "int",
    atLeastDefault: true,
  },
  { role: "layers", pattern: /layer|depth|(^|_)levels?$|stages/, value: 4, type: "int" },
  {
    role: "channels",
    pattern: /dim|channel|hidden|embed|d_model|feat|d_kv|size$|width|^(d|c|e)$|n_embd|emb$|half/,
    value: 128,
    type: "int",
  },
];

/**
 * Which of a role's sizes is evaluated: powers of two hide divisions that are exact for them alone. The fine set has the
 * first one's sizes, and timesteps of more digits.
 */
export type ProbeSet = "first" | "second" | "fine";

const secondSizes: Readonly<Record<string, number>> = { channels: 80, "head dim": 80, heads: 20 };

/** What a project says of its models, in the place of probe values. */
export interface Sizes {
  /** Sequence length. */
  readonly positions?: number;
  /** Channels of a head. */
  readonly headDim?: number;
  /** Base of the frequencies. */
  readonly base?: number;
}

/** Roles whose values a project may state, and by which of its sizes. */
const statedBy: Readonly<Record<string, keyof Sizes>> = {
  length: "positions",
  distance: "positions",
  "head dim": "headDim",
  channels: "headDim",
  base: "base",
};

/** The probe values of a project: where it states a size, neither the table nor a default in a signature counts. */
export class ProbeValues {
  readonly #sizes: Sizes;
  readonly #set: ProbeSet;
  readonly length: number;

  constructor(sizes: Sizes = {}, set: ProbeSet = "first") {
    this.#sizes = sizes;
    this.#set = set;
    this.length = sizes.positions ?? defaultLength;
  }

  /** The row for a value that goes by these names. */
  probeFor(names: Iterable<string>): Probe | null {
    const probe = probeFor(names);
    const stated = probe ? statedBy[probe.role] : undefined;
    const value = stated && this.#sizes[stated];
    if (!probe || value === undefined) return probe;
    const { role, pattern, type } = probe;
    return { role, pattern, value, type, ...(probe.isVague ? { isVague: true, fromDefault: true } : {}) };
  }

  /** A role's size in the probe set. */
  sizeOf(role: string, value: number): number {
    return this.#set === "second" ? (secondSizes[role] ?? value) : value;
  }

  get channels(): number {
    return this.sizeOf("channels", this.#sizes.headDim ?? defaultChannels);
  }

  get heads(): number {
    return this.sizeOf("heads", headCount);
  }
}

export function probeFor(names: Iterable<string>): Probe | null {
  const all = [...names].map((name) => name.toLowerCase());
  return probes.find((probe) => all.some((name) => probe.pattern.test(name))) ?? null;
}

/** Tensors that come from outside and are positions all the same: their values are known by what they are called. */
export const positionInputs =
  /^(.*_)?(position_ids|position_id|positions|pos_ids|input_positions|cache_position)$/;
/** Tensors from outside that are places in a picture or a space, as fractions of it: no whole positions. */
export const coordinateNames = /(^|_)(coords?|coordinates?|box(es)?|bbox(es)?|xyxy|cxcywh)$/;
/** Inverse frequencies that something out of sight computes: nothing else is called so. */
export const frequencyInputs = /(^|_)inv(erse)?_?freq(s|uenc(y|ies))?$|(^|_)inv_timescales?$/;
export const timestepInputs = /^(t|timesteps?|time_steps?)$/;
/** Fractions up to 1: what flow matching calls timesteps. */
const fractions = [0, 1, 2, 5, 13, 26, 51, 77, 85, 102, 128, 141, 154, 171, 179, 205, 230, 251, 255, 256].map(
  (x) => x / 256,
);
const steps = [
  ...[
    0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 20, 31, 32, 50, 64, 77, 100, 127, 128, 150, 181, 200, 229, 255, 256,
  ],
  ...[
    258, 302, 350, 398, 400, 450, 498, 500, 510, 512, 516, 600, 652, 700, 748, 800, 852, 900, 948, 996, 1000,
  ],
];
/**
 * Values of timesteps that a caller passes as floats: whole ones and fractions; fractions alone where the code scales them up.
 * None has more than eight significant bits. Both low formats hold them, so that what an argument had lost before is not
 * laid to the code that takes it.
 */
export const floatingTimesteps: Readonly<Record<"timesteps" | "fractions", readonly number[]>> = {
  timesteps: [...steps, ...fractions.filter((x) => x > 0 && x < 1)],
  fractions,
};
/** In the fine set they have more digits than low formats hold: a rewrite that rounds an argument changes plain. */
export const fineness = 1 - 2 ** -10 / 3;
/** Timesteps that are multiplied by this much or more are fractions. */
export const fractionScale = 100;
/** Scores that attention gives: a row for each query, a column for each key. */
export const scoreInputs = /(^|_)(scores?|attn_(weights|logits)|attention_(weights|logits|probs))$/;
export const maskInputs = /(^|_)(mask|masks)$/;

/** Names of floating tensors, where no use contradicts them. */
export const conventionalFloating =
  /^(x|input|inputs|feats?)$|hidden|embed|pixel_values|features?$|states?$|^(query|key|value)(_|$)|^(q|k|v)$|activations|latents?|sample$/;

/** What positions are called where they leave a slice as whole numbers; names break this tie only. */
export const positionNames = /pos|rot(ary|ate)|rope|sinus|freq|embed|seq|time|phase|^t$/i;

/** Names of integer tensors: a conventional name decides only where no use contradicts it. */
export const integerInputs =
  /(^|_)(ids?|mask|masks|lengths?|lens|index|indices|idx|labels?|tokens?|positions?|position_ids|buckets?|segment_ids)$/;
