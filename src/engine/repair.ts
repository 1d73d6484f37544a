import type { Applicability } from "../verify/finding.ts";
import { applyEdits, compatibleGroups, fixGroups } from "./apply-fixes.ts";
import type { FixGroup } from "./apply-fixes.ts";
import { focus, moveChanges } from "./changed-lines.ts";
import type { CheckedFile, RepairedFile } from "./checked-file.ts";
import type { Reading } from "./check-files.ts";
import type { SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { followSources } from "./follow-sources.ts";
import { mapInOrder } from "./inspector.ts";
import { silence } from "./known-findings.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";

export interface RepairRequest {
  readonly accepted: ReadonlySet<Applicability>;
  /** All files of the run: a copy's source counts even where nothing was found in it. */
  readonly allFiles: readonly SourceFile[];
  /** Called between files, so that signals are heard. */
  readonly pause: () => Promise<void>;
}

/** Fixes that wait for others are applied on the next pass; more passes than this are a defect. */
const passLimit = 10;

/** Applies fixes in memory, pass by pass, until nothing changes any more. Nothing is written. */
export async function repair(
  files: readonly CheckedFile[],
  request: RepairRequest,
  reading: Reading,
): Promise<readonly RepairedFile[]> {
  let current: readonly RepairedFile[] = files.map((file) => ({
    ...file,
    original: file,
    fixed: [],
    withheld: null,
  }));
  let isSettled = false;
  for (let pass = 0; pass < passLimit && !isSettled; pass++) {
    const due = adjust(current, request.allFiles).map((file) => groupsToApply(file, request));
    const next = await mapInOrder(current, reading.inspector.width, async (file, index) => {
      const repaired = await apply(file, due[index] ?? [], reading);
      if (repaired !== file) await request.pause();
      return repaired;
    });
    isSettled = next.every((file, index) => file === current[index]);
    current = next;
  }
  if (!isSettled) current = current.map(withholdUnsettled);
  const originals = adjust(files, request.allFiles);
  return adjust(current, request.allFiles).map((file, index) => ({
    ...file,
    original: originals[index] ?? file.original,
  }));
}

/** Findings as the origin of the code allows them to be fixed; see `followSources`. */
export function adjust<File extends CheckedFile>(
  files: readonly File[],
  allFiles: readonly SourceFile[],
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
  return files.map((file, index) => {
    const findings = adjusted[index]?.findings ?? file.findings;
    return findings === file.findings ? file : { ...file, findings };
  });
}

function groupsToApply(file: RepairedFile, request: RepairRequest): readonly FixGroup[] {
  if (file.withheld !== null) return [];
  return compatibleGroups(fixGroups(file.findings, file.settings.isPrinted, request.accepted));
}

/** One pass over one file; the same object where nothing is to be done. */
async function apply(
  file: RepairedFile,
  groups: readonly FixGroup[],
  { tools, inspector }: Reading,
): Promise<RepairedFile> {
  if (groups.length === 0) return file;
  const edits = groups.flatMap((group) => group.edits);
  const text = applyEdits(file.text, edits);
  if (text === file.text) return file;
  const { path } = file.file;
  const damage = damageDone(file.text, text, toolchainFor(path, await tools.loadToolchain()));
  if (damage !== null) return withhold(file, damage);
  // A fix is judged as the file was: by the same callers.
  const options = { ...file.settings.options, ...file.surroundings };
  const findings = await inspector.inspect(path, text, options);
  const failure = findings.find((finding) => finding.rule === "internal-error");
  if (failure !== undefined) return withhold(file, failure.message);
  const fixed = groups.flatMap((group) => group.members.filter(file.settings.isPrinted));
  const changed = moveChanges(file.changed, file.text, edits);
  return focus(
    silence({ ...file, ...(changed && { changed }), text, findings, fixed: [...file.fixed, ...fixed] }),
  );
}

function damageDone(before: string, after: string, toolchain: Toolchain): string | null {
  try {
    const added = toolchain.countSyntaxErrors(after) - toolchain.countSyntaxErrors(before);
    return added > 0 ? "the rewritten code would not parse; please report it" : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function withholdUnsettled(file: RepairedFile): RepairedFile {
  if (file.text === file.original.text) return file;
  return withhold(file, `its fixes don't settle after ${passLimit} passes; please report it`);
}

/** Back to the file as it was read, with the reason beside its findings. */
function withhold(file: RepairedFile, reason: string): RepairedFile {
  const { original } = file;
  const findings = [engineFinding("internal-error", `not fixed: ${reason}`), ...original.findings];
  return { ...file, ...original, findings, fixed: [], withheld: reason };
}
