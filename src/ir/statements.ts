import type { BinaryOperator, Expr, Parameter, Spanned } from "./expressions.ts";

export interface Assign extends Spanned {
  readonly kind: "assign";
  /** `a = b = value` has two targets. */
  readonly targets: readonly Expr[];
  readonly annotation: Expr | null;
  /** Null for a bare annotation `x: int`. */
  readonly value: Expr | null;
}
export interface Augment extends Spanned {
  readonly kind: "augment";
  readonly target: Expr;
  readonly operator: BinaryOperator;
  readonly value: Expr;
}
export interface Evaluate extends Spanned {
  readonly kind: "evaluate";
  readonly value: Expr;
}
export interface Return extends Spanned {
  readonly kind: "return";
  readonly value: Expr | null;
}
export interface If extends Spanned {
  readonly kind: "if";
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
}
export interface For extends Spanned {
  readonly kind: "for";
  readonly target: Expr;
  readonly iterable: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
}
export interface While extends Spanned {
  readonly kind: "while";
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
}
export interface With extends Spanned {
  readonly kind: "with";
  readonly items: readonly { readonly context: Expr; readonly target: Expr | null }[];
  readonly body: readonly Stmt[];
}
export interface Try extends Spanned {
  readonly kind: "try";
  readonly body: readonly Stmt[];
  readonly handlers: readonly (readonly Stmt[])[];
  readonly orelse: readonly Stmt[];
  readonly final: readonly Stmt[];
}
export interface FunctionDefinition extends Spanned {
  readonly kind: "function";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Expr | null;
  readonly decorators: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface ClassDefinition extends Spanned {
  readonly kind: "class";
  readonly name: string;
  readonly bases: readonly Expr[];
  readonly decorators: readonly Expr[];
  readonly body: readonly Stmt[];
}
/** `import a.b as c` binds c (or a) to module a.b (or a); `from a import b as c` binds c to a.b. */
export interface Import extends Spanned {
  readonly kind: "import";
  readonly bindings: readonly { readonly local: string; readonly path: string }[];
}
export interface Raise extends Spanned {
  readonly kind: "raise";
}
export interface Jump extends Spanned {
  readonly kind: "break" | "continue" | "pass";
}
/** `assert test`: what it says of shapes and dtypes holds afterwards. */
export interface Assert extends Spanned {
  readonly kind: "assert";
  readonly test: Expr;
}
/** global, nonlocal, del, match, type aliases: walked for nothing. */
export interface OtherStatement extends Spanned {
  readonly kind: "other";
  readonly type: string;
  readonly parts: readonly Expr[];
  readonly bodies: readonly (readonly Stmt[])[];
}

export type Stmt =
  | Assign
  | Augment
  | Evaluate
  | Return
  | If
  | For
  | While
  | With
  | Try
  | FunctionDefinition
  | ClassDefinition
  | Import
  | Raise
  | Jump
  | Assert
  | OtherStatement;
