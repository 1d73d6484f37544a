import type { Graph, Node } from "../ir/graph.ts";
import type { Library } from "../ir/library.ts";
import type { DType } from "../tensors/dtype.ts";
import type { Sampling } from "../tensors/sample.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { coordinateEnding, type CoordinateEnding } from "./values/coordinates.ts";
import { isOfDistances } from "./values/distances.ts";
import { plainSetting, type Setting } from "./environments.ts";
import { TensorCache } from "./evaluate/cache.ts";
import { usesTf32 } from "./evaluate/compute.ts";
import type { Evaluated } from "./evaluate/evaluated.ts";
import { Evaluator } from "./evaluate/evaluator.ts";
import { InputKinds, isTimesteps } from "./evaluate/inputs.ts";
import { learnedValues } from "./values/learned.ts";
import { positionNames, type ProbeSet, type Sizes } from "./probes.ts";
import { rolesOf, type Role } from "./values/roles.ts";
import { ancestorsOf, closureOf, isTrigonometric, nodeKeys, usesOf, type Use } from "./values/slice.ts";
import type { Entry, Unit } from "./units/execute-unit.ts";

/** Branches above a value that are turned round to see its dtypes. */
const maximumVariants = 6;

/** How the end of a slice is judged: by its role, by the angles that coordinates make with it, or as a bias by what is near and far. */
export type Ending = Role | CoordinateEnding | "distance";

/** Numbers for a value that comes from outside, in a dtype that it has in a setting; null where there are none. */
export type Given = (dtype: DType) => Tensor | null;

/** What a unit's graph says by itself. */
type Derived = Pick<AnalysedUnit, "inputs" | "uses" | "roles">;

interface UnitOptions {
  readonly probeSet?: ProbeSet;
  readonly sizes?: Sizes;
  /** Of another unit of the same graph and sizes. */
  readonly derived?: Derived;
  readonly given?: ReadonlyMap<Node, Given>;
}

function derivedFrom(graph: Graph, probeSet: ProbeSet, sizes: Sizes): Derived {
  const inputs = new InputKinds(graph, probeSet, sizes);
  return { inputs, uses: usesOf(graph), roles: rolesOf(graph, inputs) };
}

/** A unit with everything that is derived from its graph once. */
export class AnalysedUnit {
  readonly unit: Unit;
  readonly inputs: InputKinds;
  readonly uses: ReadonlyMap<number, readonly Use[]>;
  readonly roles: ReadonlyMap<number, Role>;
  readonly #cache: TensorCache;
  readonly #sampling: Sampling | null;
  readonly #sizes: Sizes;
  readonly #evaluators = new Map<string, Evaluator>();
  readonly #asInPlain = new Map<string, Map<Node, boolean>>();

  readonly probeSet: ProbeSet;
  #resized: AnalysedUnit | null = null;
  #whole: TensorCache | null = null;
  #forgotten = 0;
  #keys: ReadonlyMap<number, string> | null = null;
  #byKey: ReadonlyMap<string, Node> | null = null;
  #fine: AnalysedUnit | null = null;
  #learned: ReadonlySet<Node> | null = null;
  readonly #given: ReadonlyMap<Node, Given>;
  readonly #frequencyEndings = new Map<Node, Ending>();
  readonly #biasEndings = new Map<Node, Ending>();
  readonly #lineages = new Map<Node, readonly Node[]>();

  constructor(
    unit: Unit,
    cache: TensorCache,
    sampling: Sampling | null,
    { probeSet = "first", sizes = {}, derived, given = new Map() }: UnitOptions = {},
  ) {
    const { inputs, uses, roles } = derived ?? derivedFrom(unit.graph, probeSet, sizes);
    this.unit = unit;
    this.probeSet = probeSet;
    this.inputs = inputs;
    this.uses = uses;
    this.roles = roles;
    this.#sizes = sizes;
    this.#given = given;
    this.#cache = cache;
    this.#sampling = sampling;
  }

  /** One name for each node, by which environments and the code before and after a rewrite are compared. */
  get keys(): ReadonlyMap<number, string> {
    this.#keys ??= nodeKeys(this.unit.graph);
    return this.#keys;
  }

  /** Nodes by their keys. */
  get byKey(): ReadonlyMap<string, Node> {
    this.#byKey ??= new Map(
      this.unit.graph.nodes.flatMap((node) => {
        const key = this.keys.get(node.id);
        return key === undefined ? [] : [[key, node] as const];
      }),
    );
    return this.#byKey;
  }

  /** The same unit with other channel and head sizes: what holds for a power of two alone does not hold. */
  get resized(): AnalysedUnit {
    this.#resized ??= this.#with(this.probeSet === "first" ? "second" : "first");
    return this.#resized;
  }

  /** The same unit with timesteps that low formats do not hold, where it takes any as floats. */
  get fine(): AnalysedUnit | null {
    const takes = this.unit.graph.nodes.some((node) => {
      const kind = node.what.kind === "input" ? this.inputs.kindOf(node) : null;
      return kind?.kind === "tensor" && kind.floats === "floating" && kind.values && isTimesteps(kind.values);
    });
    if (!takes) return null;
    this.#fine ??= this.#with("fine");
    return this.#fine;
  }

  /** The same unit with numbers for values that come from outside. */
  given(values: ReadonlyMap<Node, Given>): AnalysedUnit {
    const { probeSet } = this;
    const sizes = this.#sizes;
    return new AnalysedUnit(this.unit, this.#cache, this.#sampling, {
      probeSet,
      sizes,
      derived: this,
      given: values,
    });
  }

  #with(probeSet: ProbeSet): AnalysedUnit {
    return new AnalysedUnit(this.unit, this.#cache, this.#sampling, { probeSet, sizes: this.#sizes });
  }

  /** What follows from trained parameters that are no embeddings. */
  get learned(): ReadonlySet<Node> {
    this.#learned ??= learnedValues(this.unit.graph, this.roles, this.uses);
    return this.#learned;
  }

  /**
   * The role by which an output is judged: whole numbers that nothing calls positions are coordinates, and frequencies of
   * coordinates are not completed by positions.
   */
  endingOf(node: Node): Ending {
    const role = this.roleOf(node);
    if (role === "frequency") return this.#frequencyEnding(node);
    if (role === "bias") return this.#biasEnding(node);
    if (role !== "position") return role;
    const entry = this.#entryOf(node);
    const after = [...closureOf(node, this.uses)];
    // Names count as far as positions go: what is looked up by them, and all that follows from it, is something else.
    const called = [...after].filter(
      (value) => this.roleOf(value) !== "none" || value.inputs.some((input) => this.roleOf(input) !== "none"),
    );
    const names = [...called.flatMap((value) => [...value.names]), this.unit.plan.name, entry?.name ?? ""];
    return after.some(isTrigonometric) || names.some((name) => positionNames.test(name)) ? role : "value";
  }

  /** One object for each node: comparisons are kept by it. */
  #frequencyEnding(node: Node): Ending {
    const known = this.#frequencyEndings.get(node) ?? coordinateEnding(this, node) ?? "frequency";
    this.#frequencyEndings.set(node, known);
    return known;
  }

  #biasEnding(node: Node): Ending {
    const known = this.#biasEndings.get(node) ?? (isOfDistances(this, node) ? "distance" : "bias");
    this.#biasEndings.set(node, known);
    return known;
  }

  /** The library whose value a node is. */
  libraryOf(node: Node): Library {
    return node.library ?? this.unit.graph.library;
  }

  roleOf(node: Node): Role {
    return this.roles.get(node.id) ?? "none";
  }

  /** Whether the node was made by executing a definition from outside whose callers are visible elsewhere: they count. */
  isSuperseded(node: Node, calledElsewhere: ReadonlySet<number>): boolean {
    const entry = this.#entryOf(node);
    return entry !== undefined && !entry.given && calledElsewhere.has(entry.definition);
  }

  /** Whether the node belongs to an entry that raises at most a note. */
  isCapped(node: Node): boolean {
    return this.#entryOf(node)?.capped === true;
  }

  /** Entries follow each other: a node was made by one of them at most. */
  #entryOf(node: Node): Entry | undefined {
    return this.unit.entries.find(({ from, to }) => node.id >= from && node.id < to);
  }

  /** Dtypes only, under the given choices of undecided conditions. */
  dtypes(setting: Setting, choices: ReadonlyMap<number, boolean> = new Map()): Evaluator {
    return this.#shared(`dtypes ${settingKey(setting)} ${choicesKey(choices)}`, () =>
      this.#evaluator(
        setting,
        { numeric: false, choices },
        isPlain(setting) ? null : this.dtypes(plainSetting, choices),
      ),
    );
  }

  /** Whether a value and all it follows from have the dtypes they have in plain: then it has plain's numbers too. */
  isAsInPlain(node: Node, setting: Setting, choices: ReadonlyMap<number, boolean>): boolean {
    const [here, plain] = [this.dtypes(setting, choices), this.dtypes(plainSetting, choices)];
    const key = `${settingKey(setting)} ${choicesKey(choices)}`;
    const known = this.#asInPlain.get(key) ?? new Map<Node, boolean>();
    this.#asInPlain.set(key, known);
    if (known.has(node)) return known.get(node) === true;
    for (const next of this.#lineageOf(node)) {
      if (known.has(next)) continue;
      known.set(
        next,
        sameDtype(here.value(next), plain.value(next)) &&
          !(setting.environment.tf32 && usesTf32(next)) &&
          next.references.every((reference) => known.get(reference) === true),
      );
    }
    return known.get(node) === true;
  }

  /** The node and all it follows from, operands first. */
  #lineageOf(node: Node): readonly Node[] {
    const known = this.#lineages.get(node) ?? [...ancestorsOf(node)].sort((a, b) => a.id - b.id);
    this.#lineages.set(node, known);
    return known;
  }

  /** Dtypes under the first arms of undecided branches, and under each branch that the node depends on turned round. */
  dtypeVariants(setting: Setting, node: Node): readonly Evaluator[] {
    const first = this.dtypes(setting);
    first.value(node);
    const conditions = [...ancestorsOf(node)].filter((ancestor) => first.undecided.has(ancestor));
    return [
      first,
      ...conditions
        .slice(0, maximumVariants)
        .map((condition) => this.dtypes(setting, new Map([[condition.id, false]]))),
    ];
  }

  /** Numbers too, under the given choices of undecided conditions. */
  numbers(setting: Setting, choices: ReadonlyMap<number, boolean> = new Map()): Evaluator {
    return this.#shared(`numbers ${settingKey(setting)} ${choicesKey(choices)}`, () =>
      this.#evaluator(
        setting,
        { numeric: true, choices, replaced: this.#givenIn(setting, choices) },
        isPlain(setting) || this.#given.size > 0 ? null : this.numbers(plainSetting, choices),
      ),
    );
  }

  #givenIn(setting: Setting, choices: ReadonlyMap<number, boolean>): ReadonlyMap<number, Evaluated> {
    const dtypes = this.dtypes(setting, choices);
    return new Map(
      [...this.#given].flatMap(([node, numbers]) => {
        const value = dtypes.value(node);
        const data = value.kind === "tensor" && value.dtype !== null ? numbers(value.dtype) : null;
        if (value.kind !== "tensor" || data === null) return [];
        return [[node.id, { ...value, rank: data.shape.length, data }] as const];
      }),
    );
  }

  /** Forgets evaluations: they are made again where they are asked for. */
  release(): void {
    this.#evaluators.clear();
    this.#asInPlain.clear();
    this.#lineages.clear();
    this.#whole = null;
    this.#resized?.release();
  }

  /** Plain, with some nodes worth what they are elsewhere. */
  plainWith(replaced: ReadonlyMap<number, Evaluated>, choices: ReadonlyMap<number, boolean>): Evaluator {
    return this.#evaluator(plainSetting, { numeric: true, replaced, choices });
  }

  /** Numbers, with some nodes worth what they are elsewhere. */
  numbersWith(
    replaced: ReadonlyMap<number, Evaluated>,
    setting: Setting,
    choices: ReadonlyMap<number, boolean>,
  ): Evaluator {
    return this.#evaluator(setting, { numeric: true, replaced, choices });
  }

  /** Dtypes only, with some nodes worth what they are elsewhere. */
  dtypesWith(
    replaced: ReadonlyMap<number, Evaluated>,
    setting: Setting,
    choices: ReadonlyMap<number, boolean>,
  ): Evaluator {
    return this.#evaluator(setting, { numeric: false, replaced, choices });
  }

  /** What is judged against: plain, with low dtypes that the given roots are written in read as float32. */
  reference(lifted: ReadonlySet<number>, choices: ReadonlyMap<number, boolean>): Evaluator {
    if (lifted.size === 0) return this.numbers(plainSetting, choices);
    const key = `reference ${[...lifted].join()} ${choicesKey(choices)}`;
    return this.#shared(key, () => this.#evaluator(plainSetting, { numeric: true, lifted, choices }));
  }

  /** Every position, for counts. */
  whole(setting: Setting, choices: ReadonlyMap<number, boolean>): Evaluator {
    this.#whole ??= new TensorCache();
    return this.#evaluator(setting, { numeric: true, choices, sampling: null, cache: this.#whole });
  }

  #shared(key: string, make: () => Evaluator): Evaluator {
    // What the cache has let go would live on in evaluations that hold it, each with a copy of its own.
    if (this.#cache.forgotten !== this.#forgotten) this.#evaluators.clear();
    this.#forgotten = this.#cache.forgotten;
    const known = this.#evaluators.get(key);
    if (known) return known;
    const made = make();
    this.#evaluators.set(key, made);
    return made;
  }

  #evaluator(
    setting: Setting,
    options: Partial<ConstructorParameters<typeof Evaluator>[3]>,
    plain: Evaluator | null = null,
  ): Evaluator {
    const defaults = {
      numeric: true,
      sampling: this.#sampling,
      choices: new Map<number, boolean>(),
      replaced: new Map<number, Evaluated>(),
      lifted: new Set<number>(),
      cache: this.#cache,
    };
    return new Evaluator(this.unit.graph, this.inputs, setting, { ...defaults, ...options }, plain);
  }
}

const settingKeys = new WeakMap<Setting, string>();

function settingKey(setting: Setting): string {
  const known = settingKeys.get(setting);
  if (known !== undefined) return known;
  const { environment, low, exact } = setting;
  const key = `${environment.name} ${environment.assumes.device} ${low} ${exact ? "exact" : ""}`;
  settingKeys.set(setting, key);
  return key;
}

function isPlain(setting: Setting): boolean {
  return setting === plainSetting || settingKey(setting) === settingKey(plainSetting);
}

function choicesKey(choices: ReadonlyMap<number, boolean>): string {
  if (choices.size === 0) return "";
  return [...choices].map(([id, taken]) => `${String(id)}${taken ? "+" : "-"}`).join();
}

function sameDtype(a: Evaluated, b: Evaluated): boolean {
  if (a === b) return true;
  if (a.kind === "tensor" && b.kind === "tensor") return a.dtype === b.dtype;
  if (a.kind === "dtype" && b.kind === "dtype") return a.dtype === b.dtype;
  if (a.kind === "number" && b.kind === "number") return a.value === b.value;
  return a.kind === b.kind;
}
