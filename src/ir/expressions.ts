/** What Python and JavaScript expressions are lifted to. Names of libraries mean nothing here yet. */

/** Offsets in UTF-16 code units of the decoded source text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Present on every node lifted from source; null on nodes a rewrite makes. */
export interface Spanned {
  readonly span: Span | null;
  /** The span with redundant parentheses around it, where the source has some (`span` leaves them out). */
  readonly outer?: Span;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**" | "@" | "&" | "|" | "^" | "<<" | ">>";
export type UnaryOperator = "-" | "+" | "~" | "not";
export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "is" | "is not" | "in" | "not in";

export interface NumberLiteral extends Spanned {
  readonly kind: "number";
  readonly value: number;
  /** True where the literal is written as an integer (`2`, not `2.0`). */
  readonly integer: boolean;
}
export interface StringLiteral extends Spanned {
  readonly kind: "string";
  /** Null for f-strings and concatenations whose text is not fixed. */
  readonly value: string | null;
}
export interface Constant extends Spanned {
  readonly kind: "constant";
  readonly value: true | false | null;
}
export interface Name extends Spanned {
  readonly kind: "name";
  readonly name: string;
}
export interface Attribute extends Spanned {
  readonly kind: "attribute";
  readonly object: Expr;
  readonly name: string;
}
export interface Argument {
  /** Keyword, or null where positional. */
  readonly name: string | null;
  /** `*args` or `**kwargs`. */
  readonly spread: "" | "*" | "**";
  readonly value: Expr;
  readonly span: Span | null;
}
export interface Call extends Spanned {
  readonly kind: "call";
  readonly callee: Expr;
  readonly args: readonly Argument[];
}
export interface Binary extends Spanned {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface Unary extends Spanned {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expr;
}
/** `a < b <= c` has three operands and two operators. */
export interface Compare extends Spanned {
  readonly kind: "compare";
  readonly operators: readonly CompareOperator[];
  readonly operands: readonly Expr[];
}
export interface Logical extends Spanned {
  readonly kind: "logical";
  readonly operator: "and" | "or";
  readonly left: Expr;
  readonly right: Expr;
}
/** `body if test else orelse` */
export interface Conditional extends Spanned {
  readonly kind: "conditional";
  readonly test: Expr;
  readonly body: Expr;
  readonly orelse: Expr;
}
export type Subscript =
  | { readonly kind: "item"; readonly value: Expr }
  | {
      readonly kind: "slice";
      readonly start: Expr | null;
      readonly stop: Expr | null;
      readonly step: Expr | null;
    };
/** `object[a, b:c]`; `...` is lifted as the item `ellipsis`. */
export interface Index extends Spanned {
  readonly kind: "index";
  readonly object: Expr;
  readonly items: readonly Subscript[];
}
export interface Ellipsis extends Spanned {
  readonly kind: "ellipsis";
}
export interface Sequence extends Spanned {
  readonly kind: "sequence";
  readonly form: "tuple" | "list" | "set";
  readonly items: readonly Expr[];
}
/** `*value` inside a sequence or on the left of an assignment. */
export interface Starred extends Spanned {
  readonly kind: "starred";
  readonly value: Expr;
}
export interface Dict extends Spanned {
  readonly kind: "dict";
  /** A null key is `**mapping`. */
  readonly entries: readonly { readonly key: Expr | null; readonly value: Expr }[];
}
export interface Comprehension extends Spanned {
  readonly kind: "comprehension";
  readonly form: "list" | "set" | "dict" | "generator";
  /** For a dict comprehension the value; the key is dropped. */
  readonly element: Expr;
  readonly clauses: readonly {
    readonly target: Expr;
    readonly iterable: Expr;
    readonly conditions: readonly Expr[];
  }[];
}
export interface Lambda extends Spanned {
  readonly kind: "lambda";
  readonly parameters: readonly Parameter[];
  readonly body: Expr;
}
/** Anything the lifter has no form for; its parts are still walked. */
export interface Unknown extends Spanned {
  readonly kind: "unknown";
  /** The syntax tree's name for it, for messages. */
  readonly type: string;
  readonly parts: readonly Expr[];
}

/** Made by rewrites alone: what stands in an expression statement, and an assignment that becomes the statement behind it. */
export interface Followed extends Spanned {
  readonly kind: "followed";
  readonly first: Expr;
  readonly target: Expr;
  readonly value: Expr;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | Constant
  | Name
  | Attribute
  | Call
  | Binary
  | Unary
  | Compare
  | Logical
  | Conditional
  | Index
  | Ellipsis
  | Sequence
  | Starred
  | Dict
  | Comprehension
  | Lambda
  | Followed
  | Unknown;

export interface Parameter {
  readonly name: string;
  readonly form: "plain" | "*" | "**" | "keyword-only" | "positional-only";
  readonly annotation: Expr | null;
  readonly initial: Expr | null;
  readonly span: Span | null;
  /** JavaScript: an object that is taken apart where it is passed; its properties are parameters of their own. */
  readonly isPattern?: boolean;
  /** The name of such a parameter that this one is a property of. */
  readonly propertyOf?: string;
}
