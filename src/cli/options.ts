import { InvalidArgumentError, Option } from "commander";

// Options that several commands have.

/** What a configuration file may say as well, and which file that is. */
export function configurationOptions(): readonly Option[] {
  return [
    listOption("--select <rule>", "run these rules only; ALL for every one"),
    listOption("--extend-select <rule>", "run these rules too"),
    listOption("--ignore <rule>", "leave these rules out"),
    listOption("--environment <name>", "evaluate in these environments only; ALL for every one"),
    new Option("--config <file>", "take this configuration for every file").argParser(nonEmpty),
    new Option("--isolated", "read no configuration files").conflicts("config"),
  ];
}

export function severityOption(): Option {
  return new Option(
    "--severity <level>",
    "the least severity that is printed, fixed and counted; warning, where no configuration says another",
  ).choices(["error", "warning", "note"]);
}

/** Which files are checked. */
export function fileOptions(): readonly Option[] {
  return [
    listOption("--exclude <pattern>", "leave these files and folders out, and not the usual ones"),
    listOption("--extend-exclude <pattern>", "leave these files and folders out too"),
    new Option("--force-exclude", "leave out what is excluded even if it is named"),
    new Option("--markdown", "check the Python fences of Markdown files, too"),
    new Option("--no-respect-gitignore", "check what git ignores, too"),
  ];
}

/** What is kept of what files hold, and how they are read. */
export function readingOptions(): readonly Option[] {
  return [
    new Option("--no-cache", "find everything anew, and keep nothing"),
    cacheOption(),
    concurrencyOption(),
  ];
}

export function cacheOption(): Option {
  const option = new Option("--cache-dir <folder>", "where findings are kept for the next run");
  return option.env("ROPELINT_CACHE_DIR").argParser(nonEmpty);
}

function concurrencyOption(): Option {
  return new Option("--concurrency <n>", "threads that read Python files side by side; off for none")
    .argParser(parseConcurrency)
    .default("auto");
}

/** More than this helps on no machine. */
const maximumConcurrency = 64;

function parseConcurrency(value: string): number | "auto" {
  if (value === "auto") return "auto";
  if (value === "off") return 1;
  if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > maximumConcurrency)
    throw new InvalidArgumentError(
      `It must be auto, off, or a number from 1 to ${String(maximumConcurrency)}.`,
    );
  return Number(value);
}

export function colorOption(): Option {
  return new Option("--color <when>", "color the output")
    .choices(["auto", "always", "never"])
    .default("auto");
}

/** A list: comma-separated, or the option repeated. */
function listOption(flags: string, description: string): Option {
  return new Option(flags, `${description} (comma-separated or repeated)`).argParser(
    (value: string, previous: readonly string[] | undefined) => [
      ...(previous ?? []),
      ...value
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
    ],
  );
}

export function nonEmpty(value: string): string {
  if (value === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}
