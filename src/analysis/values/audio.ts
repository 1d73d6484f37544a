import type { Node } from "../../ir/graph.ts";
import { plainSetting } from "../environments.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { FileAnalysis } from "../file.ts";
import { closureOf } from "./slice.ts";

/** Windows and filter banks have the form of bounded phases; only what they are called tells them apart. */
const audioNames =
  /(^|_)(hann|hamming|blackman|kaiser|mel|mels|fbank|filter_?banks?|sinc_?filters?|stft|spectrogram|dct)(_|$)|(^|_)window(_function)?$/i;

/** As isAudio, by the names of what follows from positions alone: an audio model's embeddings meet spectrograms later on. */
export function isAudioTable(unit: AnalysedUnit, node: Node, file: FileAnalysis): boolean {
  const plain = unit.numbers(plainSetting);
  return isAudio(unit, node, file, (next) => {
    const value = plain.value(next);
    return value.kind === "tensor" && value.data !== null;
  });
}

export function isAudio(
  unit: AnalysedUnit,
  node: Node,
  file: FileAnalysis,
  counts: (next: Node) => boolean = () => true,
): boolean {
  const definition = file.expressionOf(node)?.definition.split(".") ?? [];
  const values = [...closureOf(node, unit.uses)].filter(counts).flatMap((value) => [...value.names]);
  return [...definition, ...values].some((name) => audioNames.test(name));
}
