import type { KnownTypes } from "../analysis/script/known-types.ts";
import { constantAt } from "../frontends/typescript/checked-constants.ts";
import { literalAt, propertyAt } from "../frontends/typescript/checked-types.ts";
import { moduleAt } from "../frontends/typescript/checked-modules.ts";
import type { TypedFile } from "../frontends/typescript/compiler.ts";

/** What a checker says, asked only where a rule asks. A checker that fails on a file is one that knows nothing. */
export function knownTypes(load: () => TypedFile | null): KnownTypes {
  let file: TypedFile | null | undefined;
  const ask = <Answer>(question: (file: TypedFile) => Answer | null): Answer | null => {
    try {
      file ??= load();
      return file === null ? null : question(file);
    } catch {
      return null;
    }
  };
  return {
    text: (span) => ask((typed) => literalAt(typed, span)),
    constant: (span) => ask((typed) => constantAt(typed, span)),
    module: (span) =>
      ask((typed) => {
        const found = moduleAt(typed, span);
        if (found === null) return null;
        const { source, name } = found;
        const types = knownTypes(() => ({ source, checker: typed.checker }));
        return { path: source.fileName, text: source.text, name, types };
      }),
    tensorElement: (span, packageName) => ask((typed) => propertyAt(typed, span, "type", packageName)),
  };
}
