import type { Streams } from "./services.ts";

const codes = {
  error: "1;31",
  warning: "1;33",
  note: "1;36",
  bold: "1",
  dim: "2",
  removed: "31",
  added: "32",
  hunk: "36",
} as const;

type Style = keyof typeof codes;
export type Paint = (style: Style, text: string) => string;
export type ColorChoice = "auto" | "always" | "never";

export const plainPaint: Paint = (_style, text) => text;

const colorPaint: Paint = (style, text) => (text === "" ? "" : `\u001b[${codes[style]}m${text}\u001b[0m`);

/** The flag decides; then FORCE_COLOR and NO_COLOR (set and not empty); then whether a terminal is there. */
export function choosePaint(choice: ColorChoice, { env, outIsTerminal }: Streams): Paint {
  if (choice !== "auto") return choice === "always" ? colorPaint : plainPaint;
  const force = env.FORCE_COLOR ?? "";
  if (force !== "") return force === "0" || force === "false" ? plainPaint : colorPaint;
  if ((env.NO_COLOR ?? "") !== "" || env.TERM === "dumb") return plainPaint;
  return outIsTerminal ? colorPaint : plainPaint;
}
