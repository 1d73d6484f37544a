import type { Edit } from "../ir/rewrite.ts";
import type { Applicability, Finding } from "../verify/finding.ts";
import type { CheckedFile } from "./checked-file.ts";
import { comparePaths } from "./discover.ts";
import { fingerprints } from "./fingerprint.ts";
import { LineIndex } from "./position.ts";
import type { Position } from "./position.ts";

interface LocatedEdit {
  /** Absent for edits of the finding's own file. */
  readonly filename?: string;
  readonly content: string;
  readonly location: Position;
  readonly end_location: Position;
}

/** A finding with its file, and places as people count them. */
export interface Diagnostic {
  readonly path: string;
  readonly location: Position;
  readonly end: Position;
  readonly finding: Finding;
  readonly fix: {
    readonly applicability: Applicability;
    readonly message: string;
    readonly group: string;
    readonly edits: readonly LocatedEdit[];
  } | null;
  readonly related: readonly {
    readonly path: string;
    readonly location: Position;
    readonly message: string;
  }[];
  readonly fingerprint: string;
  /** The file's text by lines, for code frames. */
  readonly lines: LineIndex;
  /** What the fix does to each of its files, its own first. */
  readonly changes: readonly FileEdits[];
}

export interface FileEdits {
  readonly path: string;
  readonly lines: LineIndex;
  readonly edits: readonly Edit[];
}

/** Edits by the files that they are of. */
function changesOf(own: string, edits: readonly Edit[], indices: LineIndices): readonly FileEdits[] {
  const byPath = new Map<string, Edit[]>([[own, []]]);
  for (const edit of edits) {
    const path = edit.filename ?? own;
    byPath.set(path, [...(byPath.get(path) ?? []), edit]);
  }
  return [...byPath].map(([path, some]) => ({ path, lines: indices.of(path), edits: some }));
}

/** The findings of all files, by path and position, as far as they are printed. */
export function diagnose(files: readonly CheckedFile[]): readonly Diagnostic[] {
  const indices = new LineIndices(files);
  return [...files]
    .sort((a, b) => comparePaths(a.file.path, b.file.path))
    .flatMap((file) => {
      const { isPrinted } = file.settings;
      if (!file.findings.some(isPrinted)) return [];
      const lines = indices.of(file.file.path);
      const names = fingerprints(file.text, file.findings);
      return file.findings
        .map((finding, index) => diagnostic(file.file.path, lines, finding, names[index] ?? "", indices))
        .filter(({ finding }) => isPrinted(finding));
    });
}

function diagnostic(
  path: string,
  lines: LineIndex,
  finding: Finding,
  fingerprint: string,
  indices: LineIndices,
): Diagnostic {
  const { fix } = finding;
  return {
    path,
    location: lines.position(finding.span.start),
    end: lines.position(finding.span.end),
    finding,
    fix: fix && {
      applicability: fix.applicability,
      message: fix.reason === undefined ? fix.message : `${fix.message} (${fix.reason})`,
      group: fix.group,
      edits: fix.edits.map(({ start, end, content, filename }) => {
        const place = filename === undefined ? lines : indices.of(filename);
        return {
          ...(filename === undefined ? {} : { filename }),
          content,
          location: place.position(start),
          end_location: place.position(end),
        };
      }),
    },
    related: finding.related.map(({ filename, span, message }) => {
      // '' names the file itself: the analysis of a text does not know its path.
      const place = filename === "" ? path : filename;
      return { path: place, location: indices.of(place).position(span.start), message };
    }),
    fingerprint,
    lines,
    changes: changesOf(path, fix?.edits ?? [], indices),
  };
}

class LineIndices {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #indices = new Map<string, LineIndex>();

  constructor(files: readonly CheckedFile[]) {
    this.#texts = new Map(files.map(({ file, text }) => [file.path, text]));
  }

  of(path: string): LineIndex {
    let index = this.#indices.get(path);
    if (index === undefined) {
      index = new LineIndex(this.#texts.get(path) ?? "");
      this.#indices.set(path, index);
    }
    return index;
  }
}
