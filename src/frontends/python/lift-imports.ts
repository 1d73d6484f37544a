import type { Import } from "../../ir/program.ts";
import type { NodeId, TreeReader } from "./lift-reader.ts";

type Binding = Import["bindings"][number];

/**
 * What an import statement binds. `from .utils import logging` binds logging to `.utils.logging`;
 * `from torch import *` binds the name `*` to `torch`.
 */
export function liftBindings(reader: TreeReader, node: NodeId): Binding[] {
  switch (reader.type(node)) {
    case "import_statement":
      return reader.named(node).map((name) => moduleBinding(reader, name));
    case "future_import_statement":
      return reader.named(node).map((name) => memberBinding(reader, "__future__", name));
    default: {
      const [module, ...names] = reader.named(node);
      const path = module === undefined ? "" : dotted(reader, module);
      return names.map((name) => memberBinding(reader, path, name));
    }
  }
}

/** `import a.b as c` binds c to a.b, `import a.b` binds a to a. */
function moduleBinding(reader: TreeReader, node: NodeId): Binding {
  const { path, alias } = named(reader, node);
  if (alias !== null) return { local: alias, path };
  const top = path.split(".")[0] ?? path;
  return { local: top, path: top };
}

function memberBinding(reader: TreeReader, module: string, node: NodeId): Binding {
  if (reader.type(node) === "wildcard_import") return { local: "*", path: module };
  const { path, alias } = named(reader, node);
  const separator = module === "" || module.endsWith(".") ? "" : ".";
  return { local: alias ?? path, path: `${module}${separator}${path}` };
}

function named(reader: TreeReader, node: NodeId): { path: string; alias: string | null } {
  if (reader.type(node) !== "aliased_import") return { path: dotted(reader, node), alias: null };
  const [name, alias] = reader.named(node);
  return {
    path: name === undefined ? "" : dotted(reader, name),
    alias: reader.text(alias),
  };
}

/** A dotted name without the white space and comments that may stand between its parts. */
function dotted(reader: TreeReader, node: NodeId): string {
  if (reader.type(node) !== "relative_import") {
    return reader
      .named(node)
      .map((part) => reader.text(part))
      .join(".");
  }
  const [prefix, name] = reader.named(node);
  const dots = reader.text(prefix).replaceAll(/[^.]/g, "");
  return dots + (name === undefined ? "" : dotted(reader, name));
}
