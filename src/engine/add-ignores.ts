import type { Finding } from "../verify/finding.ts";
import { applyEdits } from "./apply-fixes.ts";
import { focus, moveChanges } from "./changed-lines.ts";
import type { Reading } from "./check-files.ts";
import type { CheckedFile, RepairedFile } from "./checked-file.ts";
import { decode, encodeLike } from "./decode.ts";
import { isEngineCode } from "./engine-findings.ts";
import { mapInOrder } from "./inspector.ts";
import { explainError } from "./io.ts";
import { silence } from "./known-findings.ts";
import { movedBy } from "./moved.ts";
import { passLimit, syntaxDamage } from "./passes.ts";
import { generatedFromFile } from "./provenance.ts";
import { unrepaired, withhold } from "./repair.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";

/** Puts ignore comments to what is printed, in memory. Files keep what no comment can silence. */
export async function addIgnores(
  files: readonly CheckedFile[],
  { reason, pause }: { readonly reason: string; readonly pause: () => Promise<void> },
  reading: Reading,
): Promise<readonly RepairedFile[]> {
  return mapInOrder(files, reading.inspector.width, async (file) => {
    const ignored = await ignoreAll(file, reason, reading);
    await pause();
    return ignored;
  });
}

async function ignoreAll(file: CheckedFile, reason: string, reading: Reading): Promise<RepairedFile> {
  let current = unrepaired(file);
  for (let pass = 0; pass < passLimit; pass++) {
    const next = await ignoreOnce(current, reason, reading);
    if (next === current) return current;
    if (next.withheld !== null) return next;
    current = next;
  }
  return undone(current, "comments bring ever more findings to light; please report it");
}

/** One pass over one file; the same object where nothing is to be done. */
async function ignoreOnce(
  file: RepairedFile,
  reason: string,
  { tools, inspector }: Reading,
): Promise<RepairedFile> {
  const { text, bytes, settings } = file;
  const { path } = file.file;
  const targets = file.findings.filter(
    (finding) => !isEngineCode(finding.rule) && settings.isPrinted(finding),
  );
  if (targets.length === 0 || bytes === null || isKeptByOthers(file)) return file;
  const toolchain = toolchainFor(path, await tools.loadToolchain());
  const plan = toolchain.planIgnores?.(text, { path, findings: targets, reason });
  if (plan === undefined || plan.edits.length === 0) return file;
  const { edits, silenced } = plan;
  const changed = applyEdits(text, edits);
  const damage = damageDone(text, changed, { path, bytes }, toolchain);
  if (damage !== null) return undone(file, damage);
  const findings = await inspector.inspect(path, changed, { ...settings.options, ...file.surroundings });
  const move = movedBy(text, edits);
  const gone = silenced.filter((target) => !findings.some((other) => isSame(other, target, move)));
  if (gone.length === 0) return undone(file, "the comments silence nothing; please report it");
  const moved = moveChanges(file.changed, text, edits);
  return focus(
    silence({
      ...file,
      ...(moved && { changed: moved }),
      text: changed,
      findings,
      fixed: [...file.fixed, ...gone],
    }),
  );
}

/** Text that is made from another file, or that is no file of code as a whole. */
function isKeptByOthers({ file, text }: CheckedFile): boolean {
  return /\.(?:ipynb|md|markdown)$/i.test(file.path) || generatedFromFile(text) !== null;
}

function isSame(found: Finding, target: Finding, move: ReturnType<typeof movedBy>): boolean {
  const { start, end } = move(target.span);
  return found.rule === target.rule && found.span.start === start && found.span.end === end;
}

function damageDone(
  before: string,
  after: string,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  toolchain: Toolchain,
): string | null {
  try {
    const isRead = decode(encodeLike(bytes, after, path), path) === after;
    if (!isRead) return "with the comments, the file would be read in another encoding";
  } catch (error) {
    return explainError(error);
  }
  return syntaxDamage(before, after, "with the comments, the code", toolchain);
}

function undone(file: RepairedFile, reason: string): RepairedFile {
  return withhold(file, reason, "io-error", "not ignored");
}
