import type { ClassDefinition, FunctionDefinition, Lambda } from "../../ir/program.ts";
import type { Node } from "../../ir/graph.ts";
import type { DType } from "../../tensors/dtype.ts";

/** What a name can be bound to while a program is executed symbolically: a node of the graph or a structure of them. */
export type Value = Node | Structure;

export type Structure =
  | TupleValue
  | ShapeValue
  | SizesValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | LibraryValue
  | SuperValue
  | CountValue
  | DictValue
  | RegionValue;

export interface TupleValue {
  readonly kind: "tuple";
  readonly form: "tuple" | "list";
  readonly items: readonly Value[];
  /** What items are called as attributes: `torch.sort(x).indices`. */
  readonly fields?: readonly string[];
}
/** `x.shape`, before a dimension is taken from it. */
export interface ShapeValue {
  readonly kind: "shape";
  readonly of: Node;
}
/** The dimensions of a tensor of unknown rank from `start` on, without the last `dropped`: `x.size()[:-1]`. */
export interface SizesValue {
  readonly kind: "sizes";
  readonly of: Node;
  readonly start: number;
  readonly dropped: number;
}
export interface FunctionValue {
  readonly kind: "function";
  readonly definition: FunctionDefinition | Lambda;
  /** Qualified name, for outputs and messages. */
  readonly name: string;
  readonly scope: Scope;
  /** Bound object, null for a plain function. */
  readonly self: Value | null;
  /** Class whose body holds it, for super(). */
  readonly owner: ClassValue | null;
}
export interface ClassValue {
  readonly kind: "class";
  readonly definition: ClassDefinition;
  readonly scope: Scope;
  /** Bases defined in the module; library bases by path. */
  readonly bases: readonly ClassValue[];
  readonly libraryBases: readonly string[];
  readonly members: ReadonlyMap<string, Value>;
}
/** Where the heap keeps what is assigned to attributes of a class: objects count from one. */
export function staticsOf({ definition }: ClassValue): number {
  return -1 - (definition.span?.start ?? 0);
}
/** An object of a class of the module; its attributes live on the heap. */
export interface InstanceValue {
  readonly kind: "instance";
  readonly id: number;
  readonly of: ClassValue;
  /** The object itself, as a value that unknown attributes are taken from. */
  readonly node: Node;
}
/** A dotted name of a library or builtin: `torch.arange`, `math.log`, `builtins.len`. */
export interface LibraryValue {
  readonly kind: "library";
  readonly path: string;
  /** The function itself, bound by `from torch import arange` when the file was imported: a patch of the module does not reach it. */
  readonly held?: boolean;
  /** Arguments that `functools.partial` has fixed. */
  readonly bound?: readonly { readonly name: string | null; readonly value: Value }[];
}
/** A context manager or decorator: inside it autocast is on, off, or (null) as it is outside. */
export interface RegionValue {
  readonly kind: "region";
  readonly autocast: boolean | null;
  /** The low dtype that it is switched on for, where the text names one. */
  readonly to: DType | null;
}
export interface SuperValue {
  readonly kind: "super";
  readonly self: Value;
  readonly after: ClassValue;
}
/** Python's range(start, stop, step). */
export interface CountValue {
  readonly kind: "count";
  readonly start: Node;
  readonly stop: Node;
  readonly step: Node;
}
export interface DictValue {
  readonly kind: "dict";
  readonly entries: ReadonlyMap<string, Value>;
}

export function isGraphNode(value: Value): value is Node {
  return "what" in value;
}

/** Variables of one function call or of the module. */
export class Scope {
  variables = new Map<string, Value>();
  readonly parent: Scope | null;

  constructor(parent: Scope | null) {
    this.parent = parent;
  }

  lookup(name: string): Value | null {
    return this.variables.get(name) ?? this.parent?.lookup(name) ?? null;
  }
}

/** Graph nodes held anywhere in a value, in order; objects are opaque. */
export function nodesIn(value: Value): readonly Node[] {
  if (isGraphNode(value)) return [value];
  switch (value.kind) {
    case "tuple":
      return value.items.flatMap(nodesIn);
    case "dict":
      return [...value.entries.values()].flatMap(nodesIn);
    case "shape":
    case "sizes":
    case "count":
    case "function":
    case "class":
    case "instance":
    case "library":
    case "super":
    case "region":
      return [];
  }
}

/** Either of two contexts: one that keeps full precision does so where it matters (`... if cuda else nullcontext()`). */
export function eitherRegion(a: RegionValue, b: RegionValue): RegionValue {
  if (a.autocast === false || b.autocast === false) return { kind: "region", autocast: false, to: null };
  return a.autocast === b.autocast && a.to === b.to ? a : { kind: "region", autocast: null, to: null };
}
