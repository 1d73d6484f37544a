import assert from "node:assert/strict";
import { join } from "node:path";
import { environmentInfos, ruleInfos } from "../../src/engine/catalogue.ts";
import { Configurations } from "../../src/engine/configuration/configurations.ts";
import type { ConfigurationRequest } from "../../src/engine/configuration/configurations.ts";
import { namesIn } from "../../src/engine/selection.ts";
import { UsageError } from "../../src/engine/usage-error.ts";
import { makeFolder } from "../cli/folder.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;
export type Some = Partial<Pick<ConfigurationRequest, "flags" | "only">>;

const known = { rules: ruleInfos, environments: environmentInfos };

export function configurations(cwd: string, { flags = {}, ...some }: Some = {}): Configurations {
  const context = { cwd, names: namesIn(known), version: "1.2.3" };
  return new Configurations({ context, purpose: { ...known, exhaustive: false }, flags, ...some });
}

/** Settings of model.py in the folder, or of another file. */
export function settings(files: Files, some: Some = {}, file = "model.py") {
  const folder = makeFolder(files);
  const all = configurations(folder, some);
  return {
    folder,
    all,
    ...all.settingsFor(join(folder, file)),
    merged: all.settingsAround(join(folder, file)).merged,
  };
}

export function rulesOf(files: Files, some: Some = {}, file = "model.py"): readonly string[] {
  return settings(files, some, file).options.rules;
}

/** What is said of a configuration that is wrong. */
export function problem(files: Files | string, some: Some = {}): string {
  try {
    settings(typeof files === "string" ? { "ropelint.toml": files } : files, some);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.remedy === null ? error.message : `${error.message} | ${error.remedy}`;
  }
  return "nothing";
}
