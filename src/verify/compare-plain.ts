import { plainSetting } from "../analysis/environments.ts";
import type { Evaluated } from "../analysis/evaluate/evaluated.ts";
import { isIdentical } from "./outputs.ts";
import type { Comparison } from "./pair-units.ts";

interface PlainDifference {
  readonly identical: boolean;
  readonly reason: string | null;
}

/** Whether plain stays bit for bit what it is: values, dtype, shape and device. Where it has to change, the device stays. */
export function comparePlain(
  comparison: Comparison,
  { changesPlain, movesDevice }: { readonly changesPlain: boolean; readonly movesDevice: boolean },
): PlainDifference {
  for (const { before, choicesAfter, outputs } of comparison.paths) {
    const original = comparison.before.numbers(plainSetting, before.choices);
    const rewritten = comparison.after.numbers(plainSetting, choicesAfter);
    for (const output of outputs) {
      const a = original.value(output.before);
      if (output.after === null && changesPlain) continue;
      if (output.after === null)
        return { identical: false, reason: `the value at ${output.key} is not computed any more` };
      const b = rewritten.value(output.after);
      if (b.kind === "raises") return { identical: false, reason: `plain raises: ${b.message}` };
      if (
        changesPlain && !movesDevice
          ? !isOnSameDevice(a, b)
          : !isIdentical(a, movesDevice ? onDeviceOf(a, b) : b)
      )
        return { identical: false, reason: difference(a, b) };
    }
  }
  return { identical: true, reason: null };
}

function isOnSameDevice(a: Evaluated, b: Evaluated): boolean {
  return a.kind !== "tensor" || b.kind !== "tensor" || a.device === b.device;
}

/** A repair that is a device changes nothing else. */
function onDeviceOf(a: Evaluated, b: Evaluated): Evaluated {
  return a.kind === "tensor" && b.kind === "tensor" ? { ...b, device: a.device } : b;
}

function difference(a: Evaluated, b: Evaluated): string {
  if (a.kind !== "tensor" || b.kind !== "tensor") return "plain gives another kind of value";
  if (a.device !== b.device) return `plain is on another device: ${b.device} instead of ${a.device}`;
  if (a.dtype !== b.dtype) return `plain gives ${String(b.dtype)} instead of ${String(a.dtype)}`;
  if (a.data && b.data && a.data.shape.join() !== b.data.shape.join())
    return `plain has shape [${b.data.shape.join(", ")}] instead of [${a.data.shape.join(", ")}]`;
  return "plain gives other values";
}
