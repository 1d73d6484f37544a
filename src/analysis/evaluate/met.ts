import { dtypes, isFloating, type DType, type Promotion } from "../../tensors/dtype.ts";
import type { Semantics } from "../../tensors/operation.ts";
import type { Graph, Node } from "../../ir/graph.ts";
import { dialectOf } from "../../frontends/dialects/dialects.ts";
import type { Library } from "../../ir/library.ts";
import { existsIn, plain, type Environment, type Setting } from "../environments.ts";
import type { Evaluated } from "./evaluated.ts";
import type { EvaluationOptions } from "./evaluation.ts";
import { targetDtype } from "./results.ts";

/** What the nodes of a graph meet of a setting: the environment as their library knows it, and the dtypes that follow. */
export class Met {
  readonly #environments = new Map<Library, Environment>();
  readonly #views = new Map<Library, string[]>();
  readonly #graph: Graph;
  readonly #setting: Setting;
  readonly #options: EvaluationOptions;
  readonly #value: (node: Node) => Evaluated;

  constructor(graph: Graph, setting: Setting, options: EvaluationOptions, value: (node: Node) => Evaluated) {
    this.#graph = graph;
    this.#setting = setting;
    this.#options = options;
    this.#value = value;
  }

  libraryOf(node: Node): Library {
    return node.library ?? this.#graph.library;
  }

  /** The environment as the node's library meets it: plain where the library has no such thing. */
  environmentOf(node: Node): Environment {
    const library = this.libraryOf(node);
    const known = this.#environments.get(library);
    if (known) return known;
    const { environment, low } = this.#setting;
    const assumes = { ...plain.assumes, device: environment.assumes.device };
    const hasLow = dialectOf(library)?.lowDtypes.has(low) ?? true;
    const met = hasLow && existsIn(environment, library) ? environment : { ...plain, assumes };
    this.#environments.set(library, met);
    return met;
  }

  semanticsOf(node: Node): Semantics {
    const { low, exact } = this.#setting;
    const environment = this.environmentOf(node);
    const cuda = environment.assumes.device === "cuda";
    const written = node.defaultDtype && targetDtype(this.#value(node.defaultDtype));
    const promotion = dialectOf(this.libraryOf(node))?.promotion;
    const ambient = environment.defaultDtype.includes(node.phase) ? low : (promotion?.floats ?? "float32");
    const semantics: Semantics = {
      defaultDtype: exact ? "float64" : (written ?? ambient),
      scalars: cuda ? "fp32" : "rounded",
      ranges: cuda || promotion ? "elements" : "blocks",
      sampling: this.#options.sampling,
    };
    return promotion ? { ...semantics, promotion: this.#promotion(promotion) } : semantics;
  }

  /** The library's promotion as this evaluation needs it. */
  #promotion(own: Promotion): Promotion {
    const { exact } = this.#setting;
    const floats = exact && own.floatsOfIntegers !== null ? "float64" : own.floatsOfIntegers;
    const ranges = exact && own.ranges !== null && isFloating(own.ranges) ? "float64" : own.ranges;
    // A value taken from another evaluation may meet dtypes that it never meets where it comes from.
    const mixed = this.#options.replaced.size > 0 ? "promote" : own.mixed;
    return { ...own, floatsOfIntegers: floats, ranges, mixed };
  }

  literal(name: string): DType | null {
    const dtype = dtypes.find((candidate) => candidate === name) ?? null;
    return this.#setting.exact && dtype !== null && isFloating(dtype) ? "float64" : dtype;
  }

  /** The dtype of floating arguments, and of every dtype taken from them. */
  ambientOf(node: Node): DType {
    const { low, exact } = this.#setting;
    return exact ? "float64" : this.environmentOf(node).lowInputs ? low : "float32";
  }

  single(): DType {
    return this.#setting.exact ? "float64" : "float32";
  }

  /** Whether autocast acts on a node. */
  autocasts(node: Node): boolean {
    const isOn = this.environmentOf(node).autocast || this.#writtenLow(node) !== null;
    return isOn && node.phase === "forward" && node.autocast;
  }

  /** What autocast lowers to: the dtype of a region that the text itself switches on, else the setting's. */
  autocastDtype(node: Node): DType {
    return this.#writtenLow(node) ?? this.#setting.low;
  }

  /** The low dtype of a region that the text itself switches on, but where a reference reads it as float32. */
  #writtenLow(node: Node): DType | null {
    return this.#options.lifted.has(node.id) ? null : node.autocastTo;
  }

  /** Whether the setting itself makes low what a node computes with. */
  isLowering(node: Node): boolean {
    const { autocast, defaultDtype } = this.environmentOf(node);
    return autocast || this.#writtenLow(node) !== null || defaultDtype.includes(node.phase);
  }

  /** What a computed node sees of the setting: environments that give nodes the same view give them the same values. */
  viewOf(node: Node): string {
    const { what, phase, autocast } = node;
    const library = this.libraryOf(node);
    const isPower = what.kind === "binary" && what.operator === "**";
    const isLifted = this.#options.lifted.has(node.id);
    const traits = [phase === "forward", autocast, isPower, isLifted];
    const kind = traits.reduce((bits, trait) => 2 * bits + Number(trait), 0);
    const views = this.#views.get(library) ?? [];
    this.#views.set(library, views);
    views[kind] ??= this.#describeView(node, isPower, isLifted);
    return views[kind];
  }

  #describeView(node: Node, isPower: boolean, isLifted: boolean): string {
    const { low, exact, environment } = this.#setting;
    const met = this.environmentOf(node);
    const mechanisms = [
      this.#options.numeric ? "numbers" : "dtypes",
      exact && "exact",
      met.tf32 && "tf32",
      met.defaultDtype.includes(node.phase) && `default ${low}`,
      met.patchedConstructors && node.phase === "construction" && `constructors ${low}`,
      environment.autocast && node.phase === "forward" && `autocast ${low}`,
      isPower && met.assumes.scalarPower,
      isLifted && "lifted",
      this.#options.replaced.size > 0 && dialectOf(this.libraryOf(node)) && "mixed",
    ];
    return mechanisms.filter((mechanism) => typeof mechanism === "string").join(", ");
  }
}
