import { TorchRaise } from "../operation.ts";

/** An einsum equation whose ellipses are spelt out: one list of labels for every operand, one for the result. */
export interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const ellipsis = "...";

function labelsOf(term: string): string[] {
  const labels: string[] = [];
  for (let at = 0; at < term.length; at++) {
    if (term.startsWith(ellipsis, at)) {
      labels.push(ellipsis);
      at += ellipsis.length - 1;
      continue;
    }
    const label = term[at] ?? "";
    if (!/[a-zA-Z]/.test(label)) throw new TorchRaise(`einsum(): invalid subscript ${label}`);
    labels.push(label);
  }
  return labels;
}

/** Labels of the axes an ellipsis stands for, counted from the right so that operands broadcast. */
function spellOut(labels: readonly string[], count: number): string[] {
  const spelt = Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);
  return labels.flatMap((label) => (label === ellipsis ? spelt : [label]));
}

function implicitOutput(inputs: readonly (readonly string[])[], ellipsisRank: number): string[] {
  const all = inputs.flat().filter((label) => label !== ellipsis);
  const once = [...new Set(all)].filter((label) => all.filter((other) => other === label).length === 1);
  return spellOut([ellipsis, ...once.sort()], ellipsisRank);
}

/**
 * Parses an equation for operands of the given ranks; blanks are ignored, a missing `->` is torch's implicit form.
 * A null rank counts as what the labels say. @throws {TorchRaise} if labels and ranks do not fit.
 */
export function parseEquation(text: string, ranks: readonly (number | null)[]): Equation {
  const [left = "", right] = text.replaceAll(/\s/g, "").split("->");
  const inputs = left.split(",").map(labelsOf);
  if (inputs.length !== ranks.length)
    throw new TorchRaise("einsum(): more operands were provided than specified in the equation");
  const widths = inputs.map((labels, i) => {
    const named = labels.filter((label) => label !== ellipsis).length;
    const width = (ranks[i] ?? named) - named;
    if (width < 0 || (width > 0 && !labels.includes(ellipsis))) {
      throw new TorchRaise("einsum(): the number of subscripts does not match the number of dimensions");
    }
    return width;
  });
  const widest = Math.max(0, ...widths);
  return {
    inputs: inputs.map((labels, i) => spellOut(labels, widths[i] ?? 0)),
    output: right === undefined ? implicitOutput(inputs, widest) : spellOut(labelsOf(right), widest),
  };
}

/** Whether no label is shared by two operands and summed over: nothing is contracted. */
export function isElementwise({ inputs, output }: Equation): boolean {
  const isShared = (label: string, i: number): boolean =>
    inputs.some((other, j) => j !== i && other.includes(label));
  return inputs.every((labels, i) => labels.every((label) => output.includes(label) || !isShared(label, i)));
}

/** An equation for operands of unknown ranks: an ellipsis stands for no axis. Null where it is none. */
export function readEquation(text: string): Equation | null {
  const [left = ""] = text.split("->");
  try {
    return parseEquation(
      text,
      left.split(",").map(() => null),
    );
  } catch (error) {
    if (error instanceof TorchRaise) return null;
    throw error;
  }
}
