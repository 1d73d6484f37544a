import type { KnownTypes } from "../analysis/script/known-types.ts";
import { knownTypes } from "../engine/known-types.ts";
import type { SourceFile, TypeChecker, TypedFile } from "../frontends/typescript/compiler.ts";
import type { Context } from "./rule-meta.ts";

type SourceCode = Context["sourceCode"];

/** What the parser's type checker knows of a file; nothing where it brings none. */
export function typesOf(sourceCode: SourceCode): KnownTypes {
  return knownTypes(() => typedFileOf(sourceCode));
}

/** What typescript-eslint adds to a file with `projectService` or `project`; other parsers add other things, or nothing. */
interface TypeServices {
  readonly program?: { getTypeChecker(): TypeChecker } | null;
  readonly esTreeNodeToTSNodeMap?: { get(node: unknown): SourceFile | undefined };
}

function typedFileOf(sourceCode: SourceCode): TypedFile | null {
  const { parserServices } = sourceCode as { readonly parserServices?: TypeServices };
  const source = parserServices?.esTreeNodeToTSNodeMap?.get(sourceCode.ast);
  const program = parserServices?.program;
  return source && program ? { source, checker: program.getTypeChecker() } : null;
}
