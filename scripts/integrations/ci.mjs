// What only a host runs, run here as the host runs it: the steps of action.yml and of the documents under bash, with the host's variables set, and
// what comes out validated with check-jsonschema.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  broken,
  builtRopelint,
  git,
  makeFolder,
  makeRepository,
  repaired,
  root,
  run,
  shown,
  step,
  withPath,
  write,
} from "./support.mjs";

const schema = join(root, "test/schemas/sarif-schema-2.1.0.json");

class Host {
  constructor(python) {
    this.python = python;
  }

  readYaml(text) {
    const program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
    return JSON.parse(run(join(this.python, "python"), ["-c", program], { input: text }).out);
  }

  validate(file, ...schemas) {
    run(join(this.python, "check-jsonschema"), [...schemas, file]);
  }
}

/** `bash --noprofile --norc -eo pipefail {0}`, as GitHub's documentation says of `shell: bash`. */
function bash(script, { cwd, env, expected }) {
  const file = join(makeFolder({ "step.sh": script }), "step.sh");
  return run("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], { cwd, env, expected });
}

/** One run of the action in a checkout, with what a workflow gives it. */
function runAction(host, { cwd, actionPath, given = {}, expected = 0 }) {
  const { inputs, outputs, runs } = host.readYaml(readFileSync(join(actionPath, "action.yml"), "utf8"));
  for (const name of Object.keys(given)) assert.ok(name in inputs, `the action has an input ${name}`);
  const files = makeFolder({ summary: "before\n", output: "" });
  const [summary, output] = ["summary", "output"].map((name) => join(files, name));
  const value = (text) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => given[name] ?? inputs[name].default);
  const host_ = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: cwd,
    GITHUB_ACTION_PATH: actionPath,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: output,
  };
  const printed = runs.steps.map(({ run: script, env = {}, shell }, index) => {
    assert.equal(shell, "bash");
    assert.doesNotMatch(script, /\$\{\{/, "no input becomes part of a script");
    const own = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)]));
    const isLast = index === runs.steps.length - 1;
    return bash(script, { cwd, env: { ...host_, ...own }, expected: isLast ? expected : 0 }).out;
  });
  const set = Object.fromEntries(
    readFileSync(output, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("=")),
  );
  for (const name of Object.keys(set)) assert.ok(name in outputs, `the action has an output ${name}`);
  return { out: printed.at(-1), set, summary: readFileSync(summary, "utf8") };
}

/** Two commits on main, and a branch that adds a finding to a file that had one. */
function modelRepository() {
  const cwd = makeRepository({ "src/model.py": broken, "examples/a.py": "import torch\n" });
  const base = git(cwd, "rev-parse", "HEAD").trim();
  git(cwd, "checkout", "--quiet", "-b", "topic");
  write(cwd, { "src/new file.py": broken, "src/model.py": `# first\n${broken}` });
  git(cwd, "add", "--all");
  git(cwd, "commit", "--quiet", "--message", "second");
  return { cwd, base };
}

function actionReports(host, actionPath) {
  const { cwd, base } = modelRepository();
  const action = (given, expected) => runAction(host, { cwd, actionPath, given, expected });
  const all = action({ "sarif-file": "ropelint.sarif" }, 1);
  assert.deepEqual(all.set, { findings: "2", "sarif-file": "ropelint.sarif" });
  assert.match(
    all.out,
    /^::error title=ropelint \(float-range\),file=src\/model\.py,line=18,col=13,endLine=18,endColumn=\d+::/m,
  );
  assert.match(all.out, /^::error title=ropelint \(float-range\),file=src\/new file\.py,line=17,/m);
  assert.match(
    all.summary,
    /^before\n### ropelint\n\nFound 2 findings[^]*\| src\/model\.py:18:13 +\| error /,
  );
  host.validate(join(cwd, "ropelint.sarif"), "--schemafile", schema);
  const changed = action({ "changed-since": base }, 1);
  assert.equal(changed.set.findings, "1");
  assert.match(changed.out, /file=src\/new file\.py/);
  assert.match(changed.summary, /; 1 on unchanged lines\./);
  const quiet = action({ annotations: "false", summary: "false", fail: "false" }, 0);
  assert.deepEqual([quiet.set.findings, quiet.summary], ["2", "before\n"]);
  assert.doesNotMatch(quiet.out, /^::/m);
  const chosen = action(
    { paths: "\nexamples\n  src/new file.py\n", args: "--severity note --select ALL" },
    1,
  );
  assert.doesNotMatch(chosen.out, /model\.py,/);
  write(cwd, { "src/model.py": repaired, "src/new file.py": repaired });
  assert.deepEqual(action({}, 0).set, { findings: "0", "sarif-file": "" });
}

function actionFails(host, actionPath) {
  const { cwd } = modelRepository();
  const cases = [
    [
      { "changed-since": "no-such" },
      /^::error title=ropelint::ropelint: error: --changed-since no-such: git knows no such commit%0A/m,
    ],
    [
      { paths: "scr" },
      /^::error title=ropelint::ropelint: error: scr: no such file or directory%0A {2}= help: did you mean "src"\?$/m,
    ],
    [{ args: "--severty note" }, /^::error .*did you mean "--severity"/m],
    [{ args: "--fix" }, /^::error title=ropelint::args: --fix is not for this action$/m],
    [{ summary: "yes" }, /^::error title=ropelint::summary: true or false, not "yes"$/m],
    [{ "sarif-file": "no/such/folder/x.sarif" }, /^::error .*no\/such\/folder\/x\.sarif can't be written/m],
    [{ paths: "$(touch injected)\n; touch injected" }, /^::error .*no such file or directory/m],
    [{ "changed-since": "--output=injected" }, /^::error .*git knows no such commit/m],
  ];
  for (const [given, message] of cases)
    assert.match(
      runAction(host, { cwd, actionPath, given: { fail: "false", ...given }, expected: 2 }).out,
      message,
    );
  assert.ok(!existsSync(join(cwd, "injected")));
  assert.equal(readFileSync(join(cwd, "src/new file.py"), "utf8"), broken);
}

/** The workflow that the documents show, step by step. */
function workflowRuns(host, actionPath) {
  const text = shown("github-actions.md", "yaml", "workflow");
  host.validate(
    join(makeFolder({ "ropelint.yml": text }), "ropelint.yml"),
    "--builtin-schema",
    "vendor.github-workflows",
  );
  const { cwd, base } = modelRepository();
  const [checkout, , action, upload] = host.readYaml(text).jobs.ropelint.steps;
  assert.equal(checkout.with["fetch-depth"], 0);
  for (const [sha, findings] of [
    [base, "1"],
    ["", "2"],
  ]) {
    const given = Object.fromEntries(
      Object.entries(action.with).map(([name, value]) => [
        name,
        value.replace("${{ github.event.pull_request.base.sha }}", sha),
      ]),
    );
    assert.equal(runAction(host, { cwd, actionPath, given, expected: 1 }).set.findings, findings);
  }
  host.validate(join(cwd, upload.with.sarif_file), "--schemafile", schema);
}

function shellStepsRun(ropelint) {
  const { cwd } = modelRepository();
  const bin = makeFolder({}, "npx");
  write(bin, { npx: `#!/bin/sh\n[ "$1" = --no-install ] && shift\nexec "$@"\n` });
  run("chmod", ["+x", join(bin, "npx")]);
  const summary = join(makeFolder({ summary: "" }), "summary");
  const env = { PATH: withPath(bin, dirname(ropelint)), GITHUB_STEP_SUMMARY: summary };
  const { out } = bash(shown("github-actions.md", "sh", "steps"), { cwd, env, expected: 1 });
  assert.equal(out.match(/^::error /gm)?.length, 2);
  assert.match(readFileSync(summary, "utf8"), /Found 2 findings/);
  assert.ok(existsSync(join(cwd, "ropelint.sarif")));
}

/** GitLab runs a job's scripts line by line in one shell that ends with the first failure. */
function gitlabJobRuns(host, ropelint, source) {
  const text = shown("gitlab.md", "yaml", "job", { URL: `file://${source ?? ""}` });
  host.validate(
    join(makeFolder({ ".gitlab-ci.yml": text }), ".gitlab-ci.yml"),
    "--builtin-schema",
    "vendor.gitlab-ci",
  );
  const { before_script: before, script, artifacts } = host.readYaml(text).ropelint;
  const { cwd, base } = modelRepository();
  const prefix = makeFolder();
  const lines = source === null ? script : [...before, ...script];
  const path = source === null ? dirname(ropelint) : join(prefix, "bin");
  const job = (variables, expected) => {
    const env = {
      CI: "true",
      GITLAB_CI: "true",
      CI_PROJECT_DIR: cwd,
      npm_config_prefix: prefix,
      PATH: withPath(path),
      ...variables,
    };
    return bash(lines.join("\n"), { cwd, env, expected }).out;
  };
  assert.match(job({ CI_MERGE_REQUEST_DIFF_BASE_SHA: base }, 1), /Found 1 finding .*; 1 on unchanged lines/);
  const report = JSON.parse(readFileSync(join(cwd, artifacts.reports.codequality), "utf8"));
  assert.deepEqual(
    report.map(({ location, severity }) => [location.path, location.positions.begin.line, severity]),
    [
      ["src/model.py", 18, "major"],
      ["src/new file.py", 17, "major"],
    ],
  );
  assert.equal(new Set(report.map(({ fingerprint }) => fingerprint)).size, 2);
  if (source !== null) return;
  assert.match(job({}, 1), /Found 2 findings/);
  write(cwd, { "src/model.py": repaired, "src/new file.py": repaired });
  job({ CI_MERGE_REQUEST_DIFF_BASE_SHA: base }, 0);
  job({ CI_MERGE_REQUEST_DIFF_BASE_SHA: "0".repeat(40) }, 2);
}

/** JUnit reports against the schema that Jenkins reads them by. */
function junitIsValid(host, ropelint) {
  const { cwd } = modelRepository();
  write(cwd, {
    "bad/ü&<>.py": "import torch\nx = 1  # ropelint: ignore[float-range] ]]> & \u{1f600}\n",
    "good/a.py": "x = 1\n",
  });
  const program = "import sys, xmlschema; xmlschema.validate(sys.argv[2], sys.argv[1])";
  const xsd = join(root, "test/schemas/junit-10.xsd");
  for (const [folder, expected] of [
    [".", 1],
    ["good", 0],
  ]) {
    const file = join(cwd, "report.xml");
    run(ropelint, ["check", "--no-cache", "--output-format", "junit", "--output-file", file, folder], {
      cwd,
      expected,
    });
    run(join(host.python, "python"), ["-c", program, xsd, file]);
  }
}

export function testCi(python, isQuick, repository) {
  const host = new Host(python);
  const ropelint = join(builtRopelint(), "ropelint");
  host.validate(join(root, "action.yml"), "--builtin-schema", "vendor.github-actions");
  step("GitHub: the workflow of the documents", () => workflowRuns(host, root));
  step("GitLab: the job of the documents", () => gitlabJobRuns(host, ropelint, null));
  if (isQuick) return;
  step("action.yml: annotations, summary, SARIF, outputs", () => actionReports(host, root));
  step("action.yml: bad input", () => actionFails(host, root));
  step("GitHub: steps without the action", () => shellStepsRun(ropelint));
  step("JUnit: as Jenkins reads it", () => junitIsValid(host, ropelint));
  const source = repository();
  const checkout = makeFolder({}, "action");
  git(checkout, "clone", "--quiet", source, ".");
  step("action.yml: built from a checkout", () => workflowRuns(host, checkout));
  step("GitLab: installed from the repository", () => gitlabJobRuns(host, ropelint, source));
}
