import { dialectOf, libraryOf, memberOf } from "../../frontends/dialects/dialects.ts";
import { torchOutcomes } from "../../frontends/dialects/outcomes.ts";
import { linearLayers, tensorTypes, transparent, wrappers } from "../../frontends/dialects/torch.ts";
import { torchApi } from "../../frontends/dialects/torch-operations.ts";
import { applyApi } from "./api-calls.ts";
import { partialSwitch, regionOf } from "./autocast.ts";
import { callBuiltin, callMath, callNumbers, values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { setDefaultDtype, setDefaultTensorType } from "./default-dtype.ts";
import { callDialect, callOutcome } from "./dialect-calls.ts";
import type { Execution } from "./execution.ts";
import { callForOutcome } from "./outcomes.ts";
import { arange, newTensor, tensor, tensorOfType } from "./tensor-constructors.ts";
import { einsum, joined, meshgrid, pieces } from "./tensor-lists.ts";
import { isGraphNode, nodesIn, type Value } from "./values.ts";

/** A call of a library function or builtin, by its dotted path. */
export function callLibrary(
  x: Execution,
  path: string,
  args: readonly PassedArgument[],
  held = false,
): Value {
  const normal = unwrapped(path);
  const region = regionOf(normal, args);
  if (region) return region;
  const [first] = args;
  if (transparent.has(normal) && first) return first.value;
  if (normal === "functools.partial") return partialSwitch(args) ?? x.unknown(normal, values(args));
  const dot = normal.lastIndexOf(".");
  const [library, name] = [normal.slice(0, Math.max(0, dot)), normal.slice(dot + 1)];
  if (library === "torch" || library === "torch.functional" || library === "torch.special")
    return (held && name !== "Tensor") || x.spared.has(name)
      ? callHeld(x, name, args)
      : callTorch(x, name, args);
  if (library === "torch.nn.functional") return callFunctional(x, name, args);
  if ((library === "torch.nn.parameter" || library === "torch.nn") && name === "Buffer")
    return x.node(
      { kind: "stored", form: "buffer", name: "Buffer" },
      values(args).slice(0, 1).flatMap(nodesIn),
    );
  if (library === "torch.nn.parameter" || (library === "torch.nn" && name === "Parameter"))
    return parameter(x, args);
  if (library.startsWith("torch.nn") && /^[A-Z]/.test(name))
    return x.node({ kind: "layer", path: normal }, values(args).flatMap(nodesIn));
  if (library === "torch.Tensor") return callTorch(x, name, args);
  if (library === "math" || library === "numpy" || library === "np")
    return callNumbers(x, library, name, args);
  if (library === "builtins") return callBuiltin(x, name, args);
  if (library === "builtins.Math") return callMath(x, name, args);
  const member = memberOf(path);
  if (member) return callDialect(x, member.dialect, member.name, args);
  const owner = libraryOf(path);
  const beside = owner === null ? null : dialectOf(owner);
  const outcome = beside && callOutcome(x, beside, name, args);
  if (outcome) return outcome;
  if (owner !== null && /^[A-Z]/.test(name))
    return x.node({ kind: "layer", path: normal }, values(args).flatMap(nodesIn));
  if (library.startsWith("torch.")) return x.unknown(normal, values(args), "ambient");
  return x.unknown(
    normal,
    values(args),
    library.startsWith("numpy") || library.startsWith("np") ? "foreign" : "unknown",
  );
}

function unwrapped(path: string): string {
  return Object.entries(wrappers).find(([suffix]) => path.endsWith(`.${suffix}`))?.[1] ?? path;
}

function parameter(x: Execution, args: readonly PassedArgument[]): Value {
  const [data, second] = values(args);
  const trained = args.find(({ name }) => name === "requires_grad")?.value ?? second;
  const said =
    trained && isGraphNode(trained) && trained.what.kind === "constant" ? trained.what.value : null;
  const isFrozen = trained !== undefined && said === false;
  const isTrained = trained === undefined || said === true;
  return x.node(
    { kind: "stored", form: "parameter", name: "Parameter" },
    data ? [x.asNode(data)] : [],
    isFrozen ? { frozen: "requires_grad" } : isTrained ? { trained: "requires_grad" } : {},
  );
}

function callFunctional(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const [first] = values(args);
  if (name.startsWith("dropout") && first) return first;
  return x.unknown(
    `torch.nn.functional.${name}`,
    values(args),
    linearLayers.has(name) ? "linear" : "ambient",
  );
}

const special: Readonly<Record<string, (x: Execution, args: readonly PassedArgument[]) => Value>> = {
  arange: (x, args) => arange(x, args, "arange"),
  range: (x, args) => x.unknown("torch.range", values(args), "ambient"),
  tensor: (x, args) => tensor(x, args, "tensor"),
  as_tensor: (x, args) => tensor(x, args, "as_tensor"),
  asarray: (x, args) => tensor(x, args, "asarray"),
  Tensor: newTensor,
  from_numpy: (x, args) => x.unknown("torch.from_numpy", values(args), "foreign"),
  cat: (x, args) => joined(x, "cat", args),
  concat: (x, args) => joined(x, "cat", args),
  stack: (x, args) => joined(x, "stack", args),
  meshgrid: meshgrid,
  einsum: einsum,
  get_default_dtype: (x) => x.node({ kind: "default-dtype" }),
  is_autocast_enabled: (x) => askAutocast(x, "is_autocast_enabled"),
  get_autocast_dtype: (x) => askAutocast(x, "autocast_dtype"),
  get_autocast_gpu_dtype: (x) => askAutocast(x, "autocast_dtype"),
  set_default_dtype: setDefaultDtype,
  set_default_tensor_type: setDefaultTensorType,
  movedim: (x, args) => x.unknown("torch.movedim", values(args), "ambient"),
};

/** A question whose answer is the environment's, and the region's that it is asked in. */
function askAutocast(x: Execution, name: string): Value {
  return x.node({ kind: "scalar", name }, [x.node({ kind: "constant", value: x.autocast })]);
}

/**
 * A function of torch that was imported by its own name, so that zero.Init, which patches the module, never sees the call (of
 * `Tensor` it patches the class), or that the package keeps out of zero.Init.
 */
function callHeld(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  x.held = true;
  try {
    return callTorch(x, name, args);
  } finally {
    x.held = false;
  }
}

export function callTorch(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const handler = Object.hasOwn(special, name) ? special[name] : undefined;
  if (handler) return handler(x, args);
  if (Object.hasOwn(tensorTypes, name)) return tensorOfType(x, tensorTypes[name] ?? "", args);
  if (name === "chunk" || name === "split" || name === "unbind") return pieces(x, name, args);
  const api = torchApi(name);
  if (api && api.form !== "method") return applyApi(x, api, name, args, false);
  const outcome = Object.hasOwn(torchOutcomes, name) ? torchOutcomes[name] : undefined;
  return (
    callForOutcome(x, outcome, `torch.${name}`, args) ??
    x.unknown(`torch.${name}`, values(args), linearLayers.has(name) ? "linear" : "ambient")
  );
}
