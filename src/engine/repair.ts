import type { Applicability } from "../verify/finding.ts";
import { applyEdits } from "./apply-fixes.ts";
import type { FixGroup } from "./apply-fixes.ts";
import { focus, moveChanges } from "./changed-lines.ts";
import type { CheckedFile, RepairedFile } from "./checked-file.ts";
import type { Reading } from "./check-files.ts";
import { forDefinitions, repairDefinitions } from "./definitions.ts";
import type { SourceFile } from "./discover.ts";
import { dueFixes, type Due } from "./due-fixes.ts";
import { engineFinding, type EngineCode } from "./engine-findings.ts";
import { followSources } from "./follow-sources.ts";
import { mapInOrder } from "./inspector.ts";
import { silence } from "./known-findings.ts";
import { isScript } from "./languages.ts";
import { passLimit, syntaxDamage } from "./passes.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";

export interface RepairRequest {
  readonly accepted: ReadonlySet<Applicability>;
  /** All files of the run: a copy's source counts even where nothing was found in it. */
  readonly allFiles: readonly SourceFile[];
  /** Called between files, so that signals are heard. */
  readonly pause: () => Promise<void>;
}

/** Applies fixes in memory, pass by pass, until nothing changes any more. Nothing is written. */
export async function repair(
  files: readonly CheckedFile[],
  request: RepairRequest,
  reading: Reading,
): Promise<readonly RepairedFile[]> {
  let current: readonly RepairedFile[] = files.map(unrepaired);
  let isSettled = false;
  for (let pass = 0; pass < passLimit && !isSettled; pass++) {
    const toolchain = await forDefinitions(current, reading.tools);
    const due = dueFixes(adjust(current, request.allFiles, toolchain), request.accepted);
    const next = await applyAll(current, due, request, reading);
    isSettled = next.every((file, index) => file === current[index]);
    current = next;
  }
  if (!isSettled) current = current.map(withholdUnsettled);
  current = withholdPartners(current);
  const known = await forDefinitions([...files, ...current], reading.tools);
  const originals = adjust(files, request.allFiles, known);
  return adjust(current, request.allFiles, known).map((file, index) => ({
    ...file,
    original: originals[index] ?? file.original,
  }));
}

/** A file as it was read. */
export function unrepaired(file: CheckedFile): RepairedFile {
  return { ...file, original: file, fixed: [], withheld: null, partners: new Set() };
}

/**
 * Findings as the origin of the code allows them to be fixed (see `followSources`), and constants where they are defined. Without a toolchain
 * that is left to whoever looks at more than one file.
 */
export function adjust<File extends CheckedFile>(
  files: readonly File[],
  allFiles: readonly SourceFile[],
  toolchain: Toolchain | null = null,
): readonly File[] {
  const adjusted = followSources(
    files.map(({ file, text, findings, settings }) => ({
      ...file,
      text,
      findings,
      isWanted: settings.isPrinted,
    })),
    allFiles,
  );
  const followed = files.map((file, index) => {
    const findings = adjusted[index]?.findings ?? file.findings;
    return findings === file.findings ? file : { ...file, findings };
  });
  return toolchain === null ? followed : repairDefinitions(followed, toolchain);
}

/** One pass: all texts first, because what is found in one may hang on another. */
async function applyAll(
  files: readonly RepairedFile[],
  due: readonly Due[],
  { pause }: RepairRequest,
  reading: Reading,
): Promise<readonly RepairedFile[]> {
  if (due.every(({ groups }) => groups.length === 0)) return files;
  const toolchain = await reading.tools.loadToolchain();
  const rewritten = withholdPartners(files.map((file, index) => rewrite(file, due[index], toolchain)));
  const texts = new Map(
    rewritten
      .filter(({ file, text, original }) => isScript(file.path) && text !== original.text)
      .map(({ file, text }) => [file.real, text]),
  );
  const next = await mapInOrder(rewritten, reading.inspector.width, async (file, index) => {
    if (file === files[index] || file.withheld !== null) return file;
    const again = await inspectAgain(file, due[index]?.groups ?? [], texts, reading);
    await pause();
    return again;
  });
  return withholdPartners(next);
}

/**
 * The file with its groups applied, and its findings as they were; the same object where nothing is to be done. Where another file is edited for
 * what is found here, this text may stay as it is.
 */
function rewrite(file: RepairedFile, due: Due | undefined, toolchains: Toolchain): RepairedFile {
  const edits = (due?.groups ?? []).flatMap((group) => group.edits);
  const text = applyEdits(file.text, edits);
  if (due === undefined || (text === file.text && due.partners.size === 0)) return file;
  const partners = new Set([...file.partners, ...due.partners]);
  const toolchain = toolchainFor(file.file.path, toolchains);
  const damage = syntaxDamage(file.text, text, "the rewritten code", toolchain);
  if (damage !== null) return withhold({ ...file, partners }, damage);
  const changed = moveChanges(file.changed, file.text, edits);
  return { ...file, ...(changed && { changed }), text, partners };
}

async function inspectAgain(
  file: RepairedFile,
  groups: readonly FixGroup[],
  texts: ReadonlyMap<string, string>,
  { inspector }: Reading,
): Promise<RepairedFile> {
  const { path } = file.file;
  // A fix is judged as the file was: by the same callers.
  const options = {
    ...file.settings.options,
    ...file.surroundings,
    ...(texts.size > 0 && isScript(path) ? { changed: texts } : {}),
  };
  const findings = await inspector.inspect(path, file.text, options);
  const failure = findings.find((finding) => finding.rule === "internal-error");
  if (failure !== undefined) return withhold(file, failure.message);
  const fixed = groups.flatMap((group) => group.members.filter(file.settings.isPrinted));
  return focus(silence({ ...file, findings, fixed: [...file.fixed, ...fixed] }));
}

/** A repair of several files is made in all of them or in none. */
export function withholdPartners(files: readonly RepairedFile[]): readonly RepairedFile[] {
  let current = files;
  for (;;) {
    const failed = current.filter(({ withheld }) => withheld !== null);
    const next = current.map((file) => {
      const partner = failed.find(({ file: { real } }) => file.partners.has(real));
      if (file.withheld !== null || partner === undefined) return file;
      return withhold(file, `it is repaired together with ${partner.file.path}, which is not fixed`);
    });
    if (next.every((file, index) => file === current[index])) return current;
    current = next;
  }
}

function withholdUnsettled(file: RepairedFile): RepairedFile {
  if (file.text === file.original.text && file.partners.size === 0) return file;
  return withhold(file, `its fixes don't settle after ${passLimit} passes; please report it`);
}

/** Back to the file as it was read, with the reason beside its findings. */
export function withhold(
  file: RepairedFile,
  reason: string,
  code: EngineCode = "internal-error",
  undone = "not fixed",
): RepairedFile {
  const { original } = file;
  const findings = [engineFinding(code, `${undone}: ${reason}`), ...original.findings];
  return { ...file, ...original, findings, fixed: [], withheld: reason };
}
