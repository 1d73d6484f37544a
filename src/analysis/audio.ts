import type { Node } from "../ir/graph.ts";
import type { AnalysedUnit, FileAnalysis } from "./file.ts";
import { closureOf } from "./slice.ts";

/** Windows and filter banks have the form of bounded phases; only what they are called tells them apart. */
const audioNames =
  /(^|_)(hann|hamming|blackman|kaiser|mel|mels|fbank|filter_?banks?|stft|spectrogram|dct)(_|$)|(^|_)window(_function)?$/i;

export function isAudio(unit: AnalysedUnit, node: Node, file: FileAnalysis): boolean {
  const definition = file.expressionOf(node)?.definition.split(".") ?? [];
  const values = [...closureOf(node, unit.uses)].flatMap((value) => [...value.names]);
  return [...definition, ...values].some((name) => audioNames.test(name));
}
