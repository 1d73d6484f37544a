import type { Sampling } from "../../tensors/sample.ts";
import type { Graph, Node } from "../../ir/graph.ts";
import type { Setting } from "../environments.ts";
import type { Evaluated } from "./evaluated.ts";
import type { InputKinds } from "./inputs.ts";
import type { Met } from "./met.ts";
import type { TensorCache } from "./cache.ts";

/** How a graph is to be evaluated, besides the setting. */
export interface EvaluationOptions {
  /** Compute numbers; else dtypes only. */
  readonly numeric: boolean;
  /** Which indices of long axes are held; null for all. */
  readonly sampling: Sampling | null;
  /** Undecided conditions, by node id: which arm to take. Default: the first. */
  readonly choices: ReadonlyMap<number, boolean>;
  /** Nodes whose value is taken from another evaluation: roots held as in plain. */
  readonly replaced: ReadonlyMap<number, Evaluated>;
  /** Nodes whose written low dtype is read as float32: the reference where plain itself is low by the text. */
  readonly lifted: ReadonlySet<number>;
  /** Results shared between settings. */
  readonly cache: TensorCache;
}

/** One reading of a graph in one setting, as the parts that evaluate a kind of node see it. */
export interface Evaluation {
  readonly graph: Graph;
  readonly inputs: InputKinds;
  readonly setting: Setting;
  readonly options: EvaluationOptions;
  readonly met: Met;
  /** Operations that could not be computed, with the reason. */
  readonly failures: Map<Node, string>;
  readonly value: (node: Node) => Evaluated;
  /** The value of an operand by its place. */
  readonly at: (node: Node, index: number) => Evaluated;
  readonly inputsOf: (node: Node) => readonly Evaluated[];
}
