import type { Node } from "../../ir/graph.ts";
import type { ImportedValue } from "../../ir/program.ts";
import { dialectOf, enumeratedDtype, memberOf } from "../../frontends/dialects/dialects.ts";
import { dtypeNames } from "../../frontends/dialects/torch.ts";
import { defaultOf } from "../../frontends/interop.ts";
import { findMember, boundMember } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { linkedValue } from "./linked.ts";
import { isGraphNode, staticsOf, type InstanceValue, type Value } from "./values.ts";

const constants: Readonly<Record<string, number>> = {
  "math.pi": Math.PI,
  "math.e": Math.E,
  "math.tau": 2 * Math.PI,
  "math.inf": Infinity,
  "numpy.pi": Math.PI,
  "np.pi": Math.PI,
  "torch.pi": Math.PI,
  "builtins.Math.PI": Math.PI,
  "builtins.Math.E": Math.E,
};

/** `object.name` */
export function attribute(x: Execution, object: Value, name: string): Value {
  if (isGraphNode(object)) return nodeAttribute(x, object, name);
  switch (object.kind) {
    case "library":
      if (name === "default" && x.graph.language === "javascript")
        return libraryValue(x, defaultOf(object.path));
      return libraryValue(x, `${object.path}.${name}`);
    case "instance":
      return instanceAttribute(x, object, name);
    case "class": {
      const own = x.heap.get(staticsOf(object))?.get(name);
      const member = own ?? findMember(object, name);
      return member
        ? boundMember(x, member, object, null)
        : x.node({ kind: "attribute", name }, [x.asNode(object)]);
    }
    case "dict":
      return object.entries.get(name) ?? x.unknown(`.${name}`, [object]);
    case "tuple":
      if (name === "length") return x.number(object.items.length);
      return object.items[object.fields?.indexOf(name) ?? -1] ?? x.unknown(`.${name}`, [object]);
    case "shape":
      return name === "length" ? x.node({ kind: "rank-of" }, [object.of]) : x.unknown(`.${name}`, [object]);
    case "super":
    case "sizes":
    case "function":
    case "count":
    case "region":
      return x.unknown(`.${name}`, [object]);
  }
}

/** What a library's name stands for: a number, a dtype, or something to be called. */
export function libraryValue(x: Execution, path: string): Value {
  const constant = constants[path];
  if (constant !== undefined) return x.number(constant, false);
  const known = x.constants.get(path);
  if (known !== undefined) return knownValue(x, known);
  const linked = linkedValue(x, path);
  if (linked !== null) return linked;
  const dtype = path.startsWith("torch.") ? dtypeNames[path.slice("torch.".length)] : undefined;
  if (dtype !== undefined) return x.node({ kind: "dtype", dtype });
  return memberValue(x, path) ?? { kind: "library", path };
}

/** A constant of another module. */
function knownValue(x: Execution, known: ImportedValue): Value {
  switch (known.kind) {
    case "text":
      return x.node({ kind: "constant", value: known.text });
    case "number":
      return x.number(known.number);
    case "member":
      return libraryValue(x, known.path);
  }
}

const memberConstants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E, inf: Infinity };

/** Constants and dtypes of the libraries besides torch. */
function memberValue(x: Execution, path: string): Value | null {
  const written = enumeratedDtype(path);
  if (written !== null) return x.node({ kind: "dtype", dtype: written });
  const member = memberOf(path);
  if (!member) return null;
  const { dialect, name } = member;
  if (name === "newaxis") return x.none();
  if (Object.hasOwn(memberConstants, name)) return x.number(memberConstants[name] ?? 0, false);
  return dialect.dtypes.has(name) ? x.node({ kind: "dtype", dtype: name }) : null;
}

/** Attributes of tensors that mean something; everything else is an unknown attribute of the object. */
export function nodeAttribute(x: Execution, object: Node, name: string): Value {
  if (dialectOf(object.library ?? x.graph.library)?.itself?.has(name)) return object;
  switch (name) {
    case "shape":
      return { kind: "shape", of: object };
    case "dtype":
      return x.node({ kind: "dtype-of" }, [object]);
    case "device":
      return x.node({ kind: "device-of" }, [object]);
    case "ndim":
      return x.node({ kind: "rank-of" }, [object]);
    case "data":
      return object;
    case "real":
    case "imag":
      return x.node({ kind: "operation", operation: name, api: name, inplace: false }, [object]);
    case "T":
    case "mT":
      return x.node(
        { kind: "operation", operation: "transpose", api: "transpose", inplace: false },
        [object],
        { dim0: x.number(-2), dim1: x.number(-1) },
      );
    case "name":
    case "base_dtype":
      // A dtype by another form of itself: `x.dtype.name`.
      if (object.what.kind === "dtype" || object.what.kind === "dtype-of") return object;
      return x.node({ kind: "attribute", name }, [object]);
    default:
      if (object.what.kind === "layer") {
        const value = x.node({ kind: "attribute", name }, [object]);
        return x.node({ kind: "stored", form: "parameter", name }, [value]);
      }
      return x.node({ kind: "attribute", name }, [object]);
  }
}

export function instanceAttribute(x: Execution, object: InstanceValue, name: string): Value {
  const own = x.heap.get(object.id)?.get(name);
  if (own) return own;
  const member = findMember(object.of, name);
  if (member) return boundMember(x, member, object.of, object);
  return nodeAttribute(x, object.node, name);
}
