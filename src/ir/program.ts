/**
 * The small language that Python and JavaScript sources are lifted to: expressions and statements,
 * each with the span of source text it came from. Names of libraries mean nothing here yet.
 */

/** Offsets in UTF-16 code units of the decoded source text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Present on every node lifted from source; null on nodes a rewrite makes. */
interface Spanned {
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

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

/** What keeps an ignore comment from being one; such a comment silences nothing. */
export type IgnoreProblem =
  | "unknown directive"
  | "no brackets"
  | "unclosed brackets"
  | "empty brackets"
  | "no comment of its own"
  | "not on a line of its own"
  | "no block below";

/** A comment that asks for silence: `# ropelint: ignore[id, id] reason`; `ignore-block`, `ignore-file`. */
export interface IgnoreComment {
  /** From its mark to the end of its reason; other comments may stand on the line, before or behind it. */
  readonly span: Span;
  readonly scope: "line" | "block" | "file";
  /** Null where it has no brackets: then every rule is meant. */
  readonly rules: readonly { readonly id: string; readonly span: Span }[] | null;
  /** What stands between the brackets. */
  readonly list: Span | null;
  readonly reason: string;
  /** Findings that touch this text are silenced; null where no code follows. */
  readonly reach: Span | null;
  /** For one that speaks of the head of a block and was perhaps meant for the block: the block, with its head. */
  readonly block: Span | null;
  /** The text that goes where the comment goes: white space before it, or its whole line. */
  readonly removal: Span;
  readonly problem: IgnoreProblem | null;
}

/** What a constant of another module is: a text, a number, or a member of a library by its path (`@frost-beta/mlx.core.float16`). */
export type ImportedValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "member"; readonly path: string };

/** One lifted file. */
export interface Program {
  readonly language: "python" | "javascript";
  readonly body: readonly Stmt[];
  /** Comments in source order, for ignore comments, `# Copied from` and named deliberate low precision. */
  readonly comments: readonly Comment[];
  /** The ignore comments among them. */
  readonly ignores: readonly IgnoreComment[];
  /** Spans the parser could not make sense of. */
  readonly errors: readonly Span[];
  /** Constants of other modules by the paths of their imports (`./dtypes.POSITIONS`), as far as somebody knows them. */
  readonly constants?: ReadonlyMap<string, ImportedValue>;
}
