import { ConfigCommentParser, Directive } from "@eslint/plugin-kit";
import type { DirectiveType, FileProblem, RulesConfig, SourceLocation } from "@eslint/core";
import type { PythonDocument, PythonNode } from "./node.ts";

/** The part of a comment that speaks to ESLint: other tools' comments may stand before and after it on the line. */
export interface ConfigComment {
  readonly type: "comment";
  readonly range: [number, number];
  readonly loc: SourceLocation;
  /** Without the mark. */
  readonly value: string;
}

export interface InlineConfig {
  readonly configs: { config: { rules: RulesConfig }; loc: SourceLocation }[];
  readonly problems: FileProblem[];
}

const parser = new ConfigCommentParser();
const beginning = /(?<=^|[ \t])#+[ \t]*(?=eslint(?:-[a-z-]+)?(?:\s|$))/g;
/** The next comment on the line; `#123` in a justification is none. */
const nextMark = /[ \t]+#+(?=[ \t]*[A-Za-z])/;
const types: ReadonlyMap<string, DirectiveType> = new Map([
  ["eslint-disable", "disable"],
  ["eslint-enable", "enable"],
  ["eslint-disable-line", "disable-line"],
  ["eslint-disable-next-line", "disable-next-line"],
]);

export function configComments(
  comments: readonly PythonNode[],
  document: PythonDocument,
): readonly ConfigComment[] {
  return comments.flatMap(({ text, range: [offset] }) =>
    [...text.matchAll(beginning)].map(({ index, 0: mark }): ConfigComment => {
      const words = text.slice(index + mark.length);
      const next = words.search(nextMark);
      const value = (next === -1 ? words : words.slice(0, next)).trimEnd();
      const start = offset + index;
      const range: [number, number] = [start, start + mark.length + value.length];
      return { type: "comment", range, loc: document.loc(range), value };
    }),
  );
}

export function disableDirectives(comments: readonly ConfigComment[]): Directive[] {
  return comments.flatMap((node) => {
    const { label = "", value = "", justification = "" } = parser.parseDirective(node.value) ?? {};
    const type = types.get(label);
    return type === undefined ? [] : [new Directive({ type, node, value, justification })];
  });
}

/** `# eslint ropelint/float-range: "off"` */
export function inlineConfig(comments: readonly ConfigComment[]): InlineConfig {
  const configs: InlineConfig["configs"] = [];
  const problems: FileProblem[] = [];
  for (const { loc, value: comment } of comments) {
    const { label, value = "" } = parser.parseDirective(comment) ?? {};
    if (label !== "eslint") continue;
    const result = parser.parseJSONLikeConfig(value);
    if (result.ok) configs.push({ config: { rules: result.config }, loc });
    else problems.push({ ruleId: null, message: result.error.message, loc });
  }
  return { configs, problems };
}
