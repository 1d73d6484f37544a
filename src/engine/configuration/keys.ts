import type * as Valibot from "valibot";

/** Names that a configuration may hold. */
export interface Names {
  /** Ids of the rules. */
  readonly rules: readonly string[];
  /** What else may be selected and ignored: findings of the engine's own. */
  readonly codes: readonly string[];
  readonly environments: readonly string[];
}

type V = typeof Valibot;

/** One key of the configuration: what readers, the schema and the documents know of it. */
interface KeyDefinition {
  /** In words, for documents: `list of rules`. */
  readonly type: string;
  readonly default: string;
  /** The rest of the line after `key = `, as TOML. */
  readonly example: string;
  readonly description: string;
  /** Messages of a schema say what a value has to be: `has to be a list of rules`. */
  readonly schema: (v: V, names: Names) => Valibot.GenericSchema;
}

const text = (v: V, what: string) => v.pipe(v.string(what), v.nonEmpty(what));
const listOf = <Item extends Valibot.GenericSchema>(v: V, item: Item, what: string) => v.array(item, what);
const patterns = (v: V) => listOf(v, text(v, "a pattern"), "a list of patterns");
const flag = (v: V) => v.boolean("true or false");
const rule = (v: V, { rules, codes }: Names) => v.picklist([...rules, ...codes, "ALL"], "a rule");
const rules = (v: V, names: Names) => listOf(v, rule(v, names), "a list of rules");
const level = (v: V) => v.picklist(["error", "warning", "note"], "a severity");

/** Positions that a run may take: what is larger is not evaluated in a reasonable time. */
const mostPositions = 2 ** 20;
const count = (v: V, most: number, what: string) =>
  v.pipe(v.number(what), v.integer(what), v.minValue(2, what), v.maxValue(most, what));

/** Every key, in the order in which they are documented. */
export const keys = {
  extend: {
    type: "path",
    default: "none",
    example: '"../ropelint.toml"',
    description:
      "Another configuration file to begin with; what this one says comes on top of it. Relative to this file. Of `ignore`, `extend-select` and `extend-exclude` both count, unless this file has a `select` of its own, which starts anew; any other key replaces what it had there.",
    schema: (v) => text(v, "the path of a configuration file"),
  },
  "required-version": {
    type: "range of versions",
    default: "any",
    example: '">=0.1.0"',
    description: "The versions of ropelint that this configuration is for; any other one refuses to run.",
    schema: (v) => text(v, "a range of versions"),
  },
  select: {
    type: "list of rules",
    default: "every rule that is not strict",
    example: '["float-range", "early-cast"]',
    description: 'The rules to run; `"ALL"` for every one, strict ones too.',
    schema: rules,
  },
  "extend-select": {
    type: "list of rules",
    default: "[]",
    example: '["castable-buffer"]',
    description: "Rules to run beside those of `select`, or beside the default ones.",
    schema: rules,
  },
  ignore: {
    type: "list of rules",
    default: "[]",
    example: '["low-precision-apply"]',
    description: "Rules to leave out of the selection.",
    schema: rules,
  },
  "per-file-ignores": {
    type: "table of patterns and lists of rules",
    default: "{}",
    example: '{ "tests" = ["ALL"], "!src/**" = ["early-cast"] }',
    description:
      "Rules to leave out in files that match a pattern, or lie in a folder that does. A pattern that begins with `!` stands for all other files.",
    schema: (v, names) =>
      v.record(text(v, "a pattern"), rules(v, names), "a table of patterns and lists of rules"),
  },
  severity: {
    type: "level, or table of rules and levels",
    default: '"warning"',
    example: '{ float-range = "note", ALL = "error" }',
    description:
      "The least severity that is printed, fixed and counted, `error`, `warning` or `note`: of every rule, or of each one by its name. `ALL` stands for the rules that the table does not name.",
    schema: (v, { rules }) => {
      const what = "a level, or a table of rules and levels";
      return v.union([level(v), v.record(v.picklist([...rules, "ALL"], "a rule"), level(v), what)], what);
    },
  },
  environments: {
    type: "list of environments",
    default: "all but tf32",
    example: '["zero-init", "module-cast"]',
    description: 'The environments to evaluate; `"ALL"` for every one.',
    schema: (v, { environments }) =>
      v.pipe(
        listOf(v, v.picklist([...environments, "ALL"], "an environment"), "a list of environments"),
        v.nonEmpty("a list of one environment or more"),
      ),
  },
  positions: {
    type: "number",
    default: "4096",
    example: "131072",
    description:
      "How many positions are evaluated where the code does not fix their number. Without it, a larger default in a signature counts.",
    schema: (v) => count(v, mostPositions, `a whole number from 2 to ${String(mostPositions)}`),
  },
  "head-dim": {
    type: "even number",
    default: "128",
    example: "64",
    description: "Channels of a head, or of an embedding, where the code does not fix their number.",
    schema: (v) => {
      const what = "an even number from 2 to 8192";
      return v.pipe(count(v, 8192, what), v.multipleOf(2, what));
    },
  },
  base: {
    type: "number",
    default: "10000",
    example: "500000",
    description:
      "The base of the frequencies where the code does not fix it. Without it, a default in a signature counts.",
    schema: (v) => {
      const what = "a number greater than 1";
      return v.pipe(v.number(what), v.gtValue(1, what), v.finite(what));
    },
  },
  torch: {
    type: "version, quoted",
    default: "the newest",
    example: '"1.13"',
    description:
      "The release of PyTorch that runs the code. Before 2.1, `base ** tensor` builds a tensor that zero-init rounds: `zero-init-older-torch` then decides in the place of `zero-init`.",
    schema: (v) => {
      const what = 'a version of PyTorch in quotes, such as "2.4"';
      return v.pipe(v.string(what), v.regex(/^\d+\.\d+/, what));
    },
  },
  include: {
    type: "list of patterns",
    default: "the languages that ropelint reads",
    example: '["*.py", "*.pyw"]',
    description:
      "The files to check below a folder. A file that is named on the command line is always checked.",
    schema: patterns,
  },
  exclude: {
    type: "list of patterns",
    default:
      "folders that hold no code of one's own: `.git`, `.venv`, `node_modules`, `site-packages` and the like",
    example: '["third_party", "src/generated/*"]',
    description:
      "Files and folders to leave out, in the place of the default list. A name alone matches wherever it is; with a slash, a pattern is relative to this file. `*` matches slashes too.",
    schema: patterns,
  },
  "extend-exclude": {
    type: "list of patterns",
    default: "[]",
    example: '["third_party"]',
    description: "Files and folders to leave out beside those of `exclude`.",
    schema: patterns,
  },
  markdown: {
    type: "true or false",
    default: "false",
    example: "true",
    description:
      "Check the Python fences of the Markdown files that lie in the folders, too. Markdown that is named on the command line is checked without it.",
    schema: flag,
  },
  "force-exclude": {
    type: "true or false",
    default: "false",
    example: "true",
    description:
      "Leave out what is excluded even if it is named on the command line, as pre-commit names files.",
    schema: flag,
  },
  "respect-gitignore": {
    type: "true or false",
    default: "true",
    example: "false",
    description: "Leave out what git ignores.",
    schema: flag,
  },
  "cache-dir": {
    type: "path",
    default: ".ropelint_cache",
    example: '"~/.cache/ropelint"',
    description: "The folder of the cache, relative to this file.",
    schema: (v) => text(v, "the path of a folder"),
  },
} satisfies Readonly<Record<string, KeyDefinition>>;

export type Key = keyof typeof keys;
export const keyNames = Object.keys(keys) as readonly Key[];

/** What a configuration file says. */
export type Configuration = {
  readonly [Name in Key]?: Valibot.InferOutput<ReturnType<(typeof keys)[Name]["schema"]>>;
};

/** The definition of a whole configuration. */
export function schemaOf(v: V, names: Names) {
  const entries = Object.entries(keys).map(
    ([name, { schema }]) => [name, v.optional((schema as KeyDefinition["schema"])(v, names))] as const,
  );
  return v.strictObject(Object.fromEntries(entries), "a table");
}
