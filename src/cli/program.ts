import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { baseline } from "./baseline.ts";
import type { BaselineFlags } from "./baseline.ts";
import { check } from "./check.ts";
import type { CheckFlags } from "./check.ts";
import { clean } from "./clean.ts";
import type { ConfigurationFlags } from "./configuration.ts";
import {
  cacheOption,
  colorOption,
  configurationOptions,
  fileOptions,
  nonEmpty,
  readingOptions,
  severityOption,
} from "./options.ts";
import { explainKeys } from "./config.ts";
import { showEnvironments } from "./environments.ts";
import { formats } from "./formats/formats.ts";
import { checkRecords, mebibytes, requireRecords } from "./records.ts";
import type { RecordFlags } from "./records.ts";
import { prove } from "./prove.ts";
import type { ProveFlags } from "./prove.ts";
import { showRules } from "./rule.ts";
import type { Services, Streams } from "./services.ts";
import { UsageError } from "../engine/usage-error.ts";

const examples = `
Examples:
  ropelint check                              check the current folder
  ropelint check src/models --severity note   also what breaks nothing yet
  ropelint check src --diff                   show what --fix would do
  ropelint check src --fix                    repair what is confirmed
  ropelint check src --output-format json     for programs
  ropelint baseline                           know what is there, so that check speaks of what is new
  ropelint prove src/model.py:120             all figures of the finding on line 120
  ropelint rule float-range                   what a rule finds, and why
  ropelint config severity                    what a key of the configuration means

Exit status: 0 nothing printed, 1 findings printed, 2 ropelint could not do its work.
`;

const checkExamples = `
Examples:
  ropelint check src tests/model.py
  ropelint check --select float-range --environment zero-init,autocast src
  ropelint check --fix --unsafe-fixes src
  ropelint check --statistics src
  cat model.py | ropelint check --stdin-filename model.py --fix > fixed.py
`;

/** What a command works with, and where its exit status goes. */
interface Context {
  readonly services: Services;
  readonly streams: Streams;
  readonly finish: (status: number) => void;
}

/** Runs a command line; the exit status. Throws `UsageError` for what can't be done. */
export async function runCommandLine(
  words: readonly string[],
  services: Services,
  streams: Streams,
): Promise<number> {
  let status = 0;
  const finish = (value: number): void => {
    status = value;
  };
  const program = buildProgram({ services, streams, finish });
  requireCommand(words, program, streams.cwd);
  try {
    await program.parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    // Commander has said what is wrong; asking for help is not.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** Whoever leaves `check` out is told so. */
function requireCommand([word]: readonly string[], program: Command, cwd: string): void {
  if (word === undefined || word.startsWith("-")) return;
  if (program.commands.some((command) => command.name() === word) || !existsSync(resolve(cwd, word))) return;
  if (word !== "help")
    throw new UsageError(`unknown command "${word}"`, `to check it: ropelint check ${word}`);
}

function buildProgram(context: Context): Command {
  const { services, streams, finish } = context;
  const program = new Command("ropelint")
    .description(
      "Finds position-embedding code that loses precision, and proves each rewrite before it touches a file.",
    )
    .version(`ropelint ${services.version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", examples)
    .exitOverride()
    .configureOutput({
      writeOut: streams.out,
      writeErr: streams.error,
      outputError: (text, write) => {
        write(`ropelint: ${text.replace(/\n\(Did you mean (.*)\?\)/, '\n  = help: did you mean "$1"?')}`);
      },
    });
  addCheck(program, context);
  addBaseline(program, context);
  addProve(program, context);
  program
    .command("rule")
    .description("print a rule's page, or the list of rules")
    .argument("[id]", "the rule")
    .action((id: string | undefined) => {
      finish(showRules(id, services, streams));
    });
  program
    .command("config")
    .description("print what a key of the configuration means, or the list of keys")
    .argument("[key]", "the key")
    .action((key: string | undefined) => {
      finish(explainKeys(key, streams));
    });
  program
    .command("environments")
    .description("print the environments that code is evaluated in")
    .action(() => {
      finish(showEnvironments(services, streams));
    });
  program
    .command("clean")
    .description("remove the cache")
    .addOption(cacheOption())
    .action((flags: ConfigurationFlags) => {
      finish(clean(flags, services, streams));
    });
  return program;
}

function addCheck(program: Command, { services, streams, finish }: Context): void {
  const command = program
    .command("check")
    .description("check files and folders")
    .argument(
      "[path...]",
      "files and folders; the current folder where none is given, '-' for standard input",
    )
    .option("--fix", "apply the fixes that are safe")
    .option("--unsafe-fixes", "count unsafe fixes too; with --fix or --diff, apply them")
    .addOption(
      new Option("--add-ignores", "put ignore comments to what is found, instead of fixing it").conflicts([
        "fix",
        "unsafeFixes",
      ]),
    )
    .option("--reason <text>", "what these comments say of why", nonEmpty)
    .option("--diff", "print what --fix or --add-ignores would change, and write nothing")
    .addOption(severityOption())
    .addOption(
      new Option("--output-format <format>", "how findings are printed")
        .choices(Object.keys(formats))
        .default("text"),
    )
    .option("--output-file <file>", "write the report to a file", nonEmpty)
    .option("--statistics", "print counts by rule and severity instead of findings")
    .option(
      "--baseline <file>",
      "findings that this file knows are silent; else ropelint-baseline.json",
      nonEmpty,
    )
    .option("--no-baseline", "heed no baseline")
    .option(
      "--changed-since <ref>",
      "print what is found on lines that have changed since the branch left this commit, and count the rest",
      nonEmpty,
    )
    .option("--exit-zero", "exit with 0 even where there are findings")
    .option("--exit-non-zero-on-fix", "exit with 1 where something was fixed, even if nothing is left");
  addOptions(command, readingOptions());
  command
    .option("--stdin-filename <name>", "read standard input, under this name", nonEmpty)
    .option(
      "--stdin-records",
      "read records {path, text}, one JSON object a line, and print findings as they are found",
    )
    .option("--acknowledge", "with --stdin-records: print a line after each record, found or not")
    .option(
      "--max-record-size <MiB>",
      "with --stdin-records: refuse longer lines; 32 where it is not given",
      mebibytes,
    )
    .addOption(colorOption())
    .option("--watch", "check again whenever a file has changed")
    .option("--show-files", "print the files that would be checked, and check none")
    .option("--show-settings", "print the settings of the first of these files, and check none")
    .option("-v, --verbose", "say on standard error what was done")
    .addHelpText("after", checkExamples)
    .action(async (paths: string[], flags: CheckFlags & RecordFlags) => {
      requireRecords(flags);
      const run = await checkerFor(flags);
      finish(await run(paths, flags, services, streams));
    });
  addOptions(command, configurationOptions(), fileOptions());
}

async function checkerFor(flags: CheckFlags & RecordFlags) {
  if (flags.stdinRecords) return checkRecords;
  return flags.watch ? (await import("./watch.ts")).watch : check;
}

function addBaseline(program: Command, { services, streams, finish }: Context): void {
  const command = program
    .command("baseline")
    .description("write down what check finds, so that it is silent from now on")
    .argument("[path...]", "files and folders; the current folder where none is given")
    .option("--prune", "take out what is gone, and add nothing")
    .option("--baseline <file>", "the file; else ropelint-baseline.json beside the configuration", nonEmpty)
    .addOption(severityOption())
    .action(async (paths: string[], flags: BaselineFlags) => {
      finish(await baseline(paths, flags, services, streams));
    });
  addOptions(command, readingOptions(), configurationOptions(), fileOptions());
}

function addProve(program: Command, { services, streams, finish }: Context): void {
  const command = program
    .command("prove")
    .description("evaluate the findings of a file, or of one line, over all positions and print every figure")
    .argument("<path[:line]>", "a file, and a line of it")
    .addOption(colorOption())
    .action(async (target: string, flags: ProveFlags) => {
      finish(await prove(target, flags, services, streams));
    });
  addOptions(command, configurationOptions());
}

function addOptions(command: Command, ...groups: readonly (readonly Option[])[]): void {
  for (const option of groups.flat()) command.addOption(option);
}
