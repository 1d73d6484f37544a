import type { ImportedValue, Span } from "../../ir/program.ts";

/** A value that another module, or a declaration, fixes. */
export interface KnownText {
  readonly value: string;
  /** Where it is written, if that is known. */
  readonly origin: Origin | null;
}

/** A constant of another module. */
export interface KnownConstant {
  readonly value: ImportedValue;
  readonly origin: Origin | null;
}

/** What declares a constant. */
export interface Origin {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** The literal, where that alone gives the constant its value and type. */
  readonly literal: (Span & { readonly written: string }) | null;
}

/** What a type checker knows of the expressions of one file. Where there is none, nothing is known. */
export interface KnownTypes {
  /** The one string that the expression at a place can be. */
  text(span: Span): KnownText | null;
  /** The one value that the imported name at a place, or a member of it, can have. */
  constant(span: Span): KnownConstant | null;
  /** The module of the project that gives the imported name at a place its value. */
  module(span: Span): KnownModule | null;
  /** The element type of the inference tensor at a place, by the declarations of a package whose path holds this. */
  tensorElement(span: Span, packageName: string): KnownText | null;
}

/** Another module, and what a name of it is called there. */
export interface KnownModule {
  readonly path: string;
  readonly text: string;
  readonly name: string;
  readonly types: KnownTypes;
}

export const nothingKnown: KnownTypes = {
  text: () => null,
  constant: () => null,
  module: () => null,
  tensorElement: () => null,
};
