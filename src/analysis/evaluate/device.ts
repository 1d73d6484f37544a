import type { Node } from "../../ir/graph.ts";

/** A device argument as text, the same before and after a rewrite that keeps it. */
export function describeDevice(node: Node): string {
  const { what, inputs, span } = node;
  const parts = (): string => inputs.map(describeDevice).join(", ");
  switch (what.kind) {
    case "constant":
    case "number":
      return String(what.value);
    case "input":
      return what.name;
    case "attribute":
      return `${parts()}.${what.name}`;
    case "device-of":
      return `device of ${parts()}`;
    case "stored":
      return what.name;
    case "operation":
      // A cast that names no device leaves the tensor where it is, so a rewrite may add one.
      if (what.operation === "cast" && !node.attributes.device && !node.attributes.target) return parts();
      return `${what.api}@${String(span?.start ?? 0)}`;
    case "call":
      return `${what.callee}(${parts()})`;
    default:
      return `${what.kind}@${String(span?.start ?? 0)}`;
  }
}
