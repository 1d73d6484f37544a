/**
 * `npm run bench:watch [-- --edits N] [--beside FOLDER]`: drives `ropelint check --watch` through edits of every kind, and asks after each
 * one for the right number of findings. Prints processor time an edit and memory over time; fails where an edit is missed or memory grows.
 * FOLDER is copied, so that edits are made beside as many files. Needs a build and Linux's /proc.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { edits: { type: "string", default: "300" }, beside: { type: "string" } },
});
const edits = Number(values.edits);
const bin = fileURLToPath(new URL("../bin/ropelint.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ropelint-watch-"));

const table = (dtype: string): string => `import torch


class Table(torch.nn.Module):
    def __init__(self, dim, length=4096):
        super().__init__()
        frequencies = 1.0 / 10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim)
        positions = torch.arange(length${dtype})
        self.register_buffer("cos", torch.outer(positions, frequencies).cos())
`;
const bad = table(", dtype=torch.float32");
const good = table(", dtype=torch.int64).float(");

function notebook(code: string): string {
  const cell = {
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source: code.split(/(?<=\n)/),
  };
  const metadata = { language_info: { name: "python" } };
  return `${JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 4 }, null, 1)}\n`;
}

/** What is in the files now, and so what is to be found. */
const hazards = new Set<string>();

function write(name: string, isBad: boolean, note = ""): void {
  const code = `${isBad ? bad : good}${note}`;
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), name.endsWith(".ipynb") ? notebook(code) : code);
  mark(name, isBad);
}

function mark(name: string, isBad: boolean): void {
  if (isBad) hazards.add(name);
  else hazards.delete(name);
}

/** One edit of each kind, again and again. */
const kinds: readonly (readonly [name: string, make: (round: number) => void])[] = [
  [
    "in place",
    (round) => {
      write("a.py", round % 2 === 1);
    },
  ],
  [
    "a comment",
    (round) => {
      write("b.py", true, `# round ${String(round)}\n`);
    },
  ],
  [
    "created",
    () => {
      write("new.py", true);
    },
  ],
  [
    "renamed",
    () => {
      renameSync(join(folder, "new.py"), join(folder, "newer.py"));
      mark("new.py", false);
      mark("newer.py", true);
    },
  ],
  [
    "removed",
    () => {
      rmSync(join(folder, "newer.py"));
      mark("newer.py", false);
    },
  ],
  [
    "replaced",
    (round) => {
      write(".c.py.tmp", round % 2 === 1);
      renameSync(join(folder, ".c.py.tmp"), join(folder, "c.py"));
      mark(".c.py.tmp", false);
      mark("c.py", round % 2 === 1);
    },
  ],
  [
    "a notebook",
    (round) => {
      write("n.ipynb", round % 2 === 1);
    },
  ],
  [
    "a folder made",
    () => {
      write("made/deep/d.py", true);
    },
  ],
  [
    "a folder removed",
    () => {
      rmSync(join(folder, "made"), { recursive: true });
      mark("made/deep/d.py", false);
    },
  ],
  [
    "settings",
    (round) => {
      writeFileSync(join(folder, "ropelint.toml"), `severity = "${round % 2 ? "error" : "warning"}"\n`);
    },
  ],
];

/** Other settings mean that all files are checked anew, which is no edit where there are many. */
const chosen = values.beside === undefined ? kinds : kinds.filter(([name]) => name !== "settings");

function usage(pid: number): { readonly processor: number; readonly memory: number } {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1];
  return { processor: (Number(stat[11]) + Number(stat[12])) / 100, memory: Number(resident) / 1024 };
}

if (values.beside !== undefined) cpSync(values.beside, join(folder, "beside"), { recursive: true });
for (const name of ["a.py", "b.py", "c.py", "n.ipynb"]) write(name, true);
const child = spawn(
  process.execPath,
  [bin, "check", "--watch", "--no-cache", "--output-format", "concise", "."],
  {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  },
);
const { pid = 0 } = child;
let reports: number[] = [];
let seen = 0;
let text = "";
let wake: () => void = () => undefined;
child.stdout.setEncoding("utf8").on("data", (part: string) => {
  text += part;
  const lines = text.split("\n");
  text = lines.pop() ?? "";
  for (const line of lines) {
    if (/^[^:]+\.(?:py|ipynb):/.test(line) && !line.startsWith("beside/")) seen++;
    if (!/^(?:Found|All checks)/.test(line)) continue;
    reports.push(seen);
    seen = 0;
    wake();
  }
});

async function untilFound(what: string): Promise<void> {
  const deadline = Date.now() + (what === "start" ? 300_000 : 20_000);
  while (reports.at(-1) !== hazards.size) {
    if (Date.now() > deadline)
      throw new Error(`${what}: ${String(reports)} found where ${String(hazards.size)} are`);
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, 100);
    });
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

const memory: number[] = [];
const processor: number[] = [];
try {
  await untilFound("start");
  console.log(`started: ${String(usage(pid).memory)} MiB, ${String(usage(pid).processor)} s of processors`);
  for (let i = 0; i < edits; i++) {
    const [name, make] = chosen[i % chosen.length] ?? [];
    const before = usage(pid);
    reports = [];
    make?.(Math.floor(i / chosen.length));
    await untilFound(`edit ${String(i)}, ${name ?? ""}`);
    const after = usage(pid);
    processor.push(after.processor - before.processor);
    memory.push(after.memory);
    if ((i + 1) % Math.ceil(edits / 10) === 0)
      console.log(`${String(i + 1)} edits: ${after.memory.toFixed(0)} MiB`);
  }
  const quarter = Math.floor(memory.length / 4);
  const [early, late] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
  const worst = Math.max(...processor);
  console.log(
    `${String(edits)} edits, none missed: median ${median(processor).toFixed(2)} s, at most ${worst.toFixed(2)} s of processors an edit; ` +
      `memory ${early.toFixed(0)} MiB in the second quarter, ${late.toFixed(0)} MiB in the last`,
  );
  if (late > early * 1.15 + 10) throw new Error("memory grows");
} finally {
  child.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
}
