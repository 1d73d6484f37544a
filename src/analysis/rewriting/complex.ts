import { callOf, methodCall } from "../../ir/build.ts";
import type { Node } from "../../ir/graph.ts";
import type { Call, Expr } from "../../ir/program.ts";
import { apiReference } from "../../frontends/python/references.ts";
import { isComplex } from "../../tensors/dtype.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { plainSetting } from "../environments.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { FileAnalysis } from "../file.ts";
import type { Candidate } from "../rule.ts";
import { keptBuffer } from "./kept-buffer.ts";
import { uncast } from "./uncast.ts";

/** Complex numbers that meet complex numbers stay what they are; null where something else takes them, which wants real ones. */
export function withoutCast(node: Node, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] | null {
  const users = (unit.uses.get(node.id) ?? []).map(({ consumer }) => consumer);
  if (users.length === 0 || !users.every((user) => multiplies(user, node, unit))) return null;
  const taken = uncast(node, unit, file, true);
  if (!taken) return null;
  const substitutions = new Map([[taken.original, taken.replacement]]);
  return [{ form: "leave the rotations complex", substitutions, boundary: null }];
}

/** Whether a product's other operand is complex. */
function multiplies({ what, inputs }: Node, node: Node, unit: AnalysedUnit): boolean {
  const isProduct =
    (what.kind === "binary" && what.operator === "*") ||
    (what.kind === "operation" && what.operation === "mul");
  const others = inputs.filter((input) => input !== node);
  const plain = unit.dtypes(plainSetting);
  return isProduct && others.length > 0 && others.every((other) => isTensorOf(plain.value(other), isComplex));
}

/** `torch.view_as_real(x)` in the buffer and `torch.view_as_complex(self.x.float())` where it is read; null where state dicts hold it. */
export function asParts(node: Node, file: FileAnalysis): readonly Candidate[] | null {
  const buffer = keptBuffer(node, file);
  const [real, complex] = ["torch.view_as_real", "torch.view_as_complex"].map((path) =>
    apiReference(file.program, path, file.text),
  );
  if (!buffer || !real || !complex || buffer.values.length === 0) return null;
  const { registrations, values, dtypes, likes, isMeasured } = buffer;
  if (isMeasured || dtypes.length + likes.length > 0 || !registrations.every(isTransient)) return null;
  const substitutions = new Map<Expr, Expr>();
  for (const call of registrations) {
    const tensor = tensorOf(call);
    if (!tensor) return null;
    substitutions.set(tensor, callOf(real, [tensor]));
  }
  for (const read of values) substitutions.set(read, callOf(complex, [methodCall(read, "float")]));
  return [{ form: "keep the two parts, and join them where they are read", substitutions, boundary: null }];
}

function tensorOf({ args }: Call): Expr | null {
  return (
    (args.find(({ name }) => name === "tensor") ?? args.filter(({ name }) => name === null)[1])?.value ?? null
  );
}

/** A buffer in no state dict: its shape is the class's own affair. */
function isTransient({ args }: Call): boolean {
  const persistent = args.find(({ name }) => name === "persistent")?.value;
  return persistent?.kind === "constant" && persistent.value === false;
}
