import type { Edit } from "../ir/rewrite.ts";
import type { Applicability, Finding } from "../verify/finding.ts";
import type { CheckedFile } from "./checked-file.ts";
import { comparePaths } from "./discover.ts";
import { fingerprints } from "./fingerprint.ts";
import { HostedLines } from "./hosts/hosted-lines.ts";
import { isJoined } from "./hosts/hosted-text.ts";
import { openHosted } from "./hosts/hosts.ts";
import { LineIndex } from "./position.ts";
import type { Position } from "./position.ts";

interface LocatedEdit {
  /** Absent for edits of the finding's own file. */
  readonly filename?: string;
  readonly content: string;
  readonly location: Position;
  readonly end_location: Position;
  /** Left out where the file has no cells. */
  readonly cell?: number;
}

/** A finding with its file, and places as people count them. */
export interface Diagnostic {
  readonly path: string;
  /** The cell of a notebook, whose places are its own; null in any other file. */
  readonly cell: number | null;
  readonly location: Position;
  readonly end: Position;
  /** The same places as those of the file: of a notebook, in its JSON. */
  readonly inFile: { readonly location: Position; readonly end: Position };
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
    readonly cell: number | null;
    readonly inFile: Position;
    /** The line, with its cell. */
    readonly line: string;
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

/** `path:row:column`; as ruff does, `path:cell 3:row:column` in a notebook. */
export function placeName({ path, cell, location }: Pick<Diagnostic, "path" | "cell" | "location">): string {
  return `${path}:${inCell({ cell, location })}`;
}

/** `row:column`, or `cell 3:row:column` */
export function inCell({ cell, location }: Pick<Diagnostic, "cell" | "location">): string {
  const place = `${String(location.row)}:${String(location.column)}`;
  return cell === null ? place : `cell ${String(cell)}:${place}`;
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
  const { fix, span } = finding;
  return {
    path,
    cell: lines.cell(span.start),
    location: lines.position(span.start),
    end: lines.position(span.end),
    inFile: { location: lines.positionInFile(span.start), end: lines.positionInFile(span.end) },
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
          ...(filename === undefined ? cellOf(lines, start) : {}),
        };
      }),
    },
    related: finding.related.map(({ filename, span, message }) => {
      // '' names the file itself: the analysis of a text does not know its path.
      const place = filename === "" ? path : filename;
      const at = indices.of(place);
      return {
        path: place,
        location: at.position(span.start),
        cell: at.cell(span.start),
        inFile: at.positionInFile(span.start),
        line: at.lineName(span.start),
        message,
      };
    }),
    fingerprint,
    lines,
    changes: changesOf(path, fix?.edits ?? [], indices),
  };
}

function cellOf(lines: LineIndex, offset: number): { readonly cell?: number } {
  const cell = lines.cell(offset);
  return cell === null ? {} : { cell };
}

class LineIndices {
  readonly #files: ReadonlyMap<string, CheckedFile>;
  readonly #indices = new Map<string, LineIndex>();

  constructor(files: readonly CheckedFile[]) {
    this.#files = new Map(files.map((file) => [file.file.path, file]));
  }

  of(path: string): LineIndex {
    let index = this.#indices.get(path);
    if (index === undefined) {
      index = linesOf(this.#files.get(path));
      this.#indices.set(path, index);
    }
    return index;
  }
}

function linesOf(checked: CheckedFile | undefined): LineIndex {
  const { bytes = null, text = "", file } = checked ?? {};
  const hosted = bytes === null || !file || !isJoined(text) ? null : openHosted(bytes, file.path);
  return hosted === null ? new LineIndex(text) : new HostedLines(hosted.with(text));
}
