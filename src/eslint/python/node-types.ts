// Written by `npm run generate` from node-types.json of tree-sitter-python 0.23.6.

import type { PythonNode, PythonToken } from "./node.ts";

export type CompoundStatement =
  | ClassDefinition
  | DecoratedDefinition
  | ForStatement
  | FunctionDefinition
  | IfStatement
  | MatchStatement
  | TryStatement
  | WhileStatement
  | WithStatement;

export type SimpleStatement =
  | AssertStatement
  | BreakStatement
  | ContinueStatement
  | DeleteStatement
  | ExecStatement
  | ExpressionStatement
  | FutureImportStatement
  | GlobalStatement
  | ImportFromStatement
  | ImportStatement
  | NonlocalStatement
  | PassStatement
  | PrintStatement
  | RaiseStatement
  | ReturnStatement
  | TypeAliasStatement;

export type Expression =
  | AsPattern
  | BooleanOperator
  | ComparisonOperator
  | ConditionalExpression
  | Lambda
  | NamedExpression
  | NotOperator
  | PrimaryExpression;

export type Parameter =
  | DefaultParameter
  | DictionarySplatPattern
  | Identifier
  | KeywordSeparator
  | ListSplatPattern
  | PositionalSeparator
  | TuplePattern
  | TypedDefaultParameter
  | TypedParameter;

export type Pattern = Attribute | Identifier | ListPattern | ListSplatPattern | Subscript | TuplePattern;

export type PrimaryExpression =
  | Attribute
  | Await
  | BinaryOperator
  | Call
  | ConcatenatedString
  | Dictionary
  | DictionaryComprehension
  | Ellipsis
  | False
  | Float
  | GeneratorExpression
  | Identifier
  | Integer
  | List
  | ListComprehension
  | ListSplat
  | None
  | ParenthesizedExpression
  | Set
  | SetComprehension
  | String
  | Subscript
  | True
  | Tuple
  | UnaryOperator;

export interface AliasedImport extends PythonNode {
  readonly type: "aliased_import";
  readonly alias: Identifier;
  readonly name: DottedName;
}

export interface ArgumentList extends PythonNode {
  readonly type: "argument_list";
}

export interface AsPattern extends PythonNode {
  readonly type: "as_pattern";
  readonly alias: AsPatternTarget | null;
}

export interface AssertStatement extends PythonNode {
  readonly type: "assert_statement";
}

export interface Assignment extends PythonNode {
  readonly type: "assignment";
  readonly left: Pattern | PatternList;
  readonly right: Assignment | AugmentedAssignment | Expression | ExpressionList | PatternList | Yield | null;
  readonly annotation: Type | null;
}

export interface Attribute extends PythonNode {
  readonly type: "attribute";
  readonly attribute: Identifier;
  readonly object: PrimaryExpression;
}

export interface AugmentedAssignment extends PythonNode {
  readonly type: "augmented_assignment";
  readonly left: Pattern | PatternList;
  readonly operator: PythonToken<
    "%=" | "&=" | "**=" | "*=" | "+=" | "-=" | "//=" | "/=" | "<<=" | ">>=" | "@=" | "^=" | "|="
  >;
  readonly right: Assignment | AugmentedAssignment | Expression | ExpressionList | PatternList | Yield;
}

export interface Await extends PythonNode {
  readonly type: "await";
}

export interface BinaryOperator extends PythonNode {
  readonly type: "binary_operator";
  readonly left: PrimaryExpression;
  readonly operator: PythonToken<
    "%" | "&" | "*" | "**" | "+" | "-" | "/" | "//" | "<<" | ">>" | "@" | "^" | "|"
  >;
  readonly right: PrimaryExpression;
}

export interface Block extends PythonNode {
  readonly type: "block";
  readonly alternative: readonly CaseClause[];
}

export interface BooleanOperator extends PythonNode {
  readonly type: "boolean_operator";
  readonly left: Expression;
  readonly operator: PythonToken<"and" | "or">;
  readonly right: Expression;
}

export interface BreakStatement extends PythonNode {
  readonly type: "break_statement";
}

export interface Call extends PythonNode {
  readonly type: "call";
  readonly arguments: ArgumentList | GeneratorExpression;
  readonly function: PrimaryExpression;
}

export interface CaseClause extends PythonNode {
  readonly type: "case_clause";
  readonly consequence: Block;
  readonly guard: IfClause | null;
}

export interface CasePattern extends PythonNode {
  readonly type: "case_pattern";
}

export interface Chevron extends PythonNode {
  readonly type: "chevron";
}

export interface ClassDefinition extends PythonNode {
  readonly type: "class_definition";
  readonly body: Block;
  readonly name: Identifier;
  readonly superclasses: ArgumentList | null;
  readonly type_parameters: TypeParameter | null;
}

export interface ClassPattern extends PythonNode {
  readonly type: "class_pattern";
}

export interface ComparisonOperator extends PythonNode {
  readonly type: "comparison_operator";
  readonly operators: readonly PythonToken<
    "!=" | "<" | "<=" | "<>" | "==" | ">" | ">=" | "in" | "is" | "is not" | "not in"
  >[];
}

export interface ComplexPattern extends PythonNode {
  readonly type: "complex_pattern";
}

export interface ConcatenatedString extends PythonNode {
  readonly type: "concatenated_string";
}

export interface ConditionalExpression extends PythonNode {
  readonly type: "conditional_expression";
}

export interface ConstrainedType extends PythonNode {
  readonly type: "constrained_type";
}

export interface ContinueStatement extends PythonNode {
  readonly type: "continue_statement";
}

export interface DecoratedDefinition extends PythonNode {
  readonly type: "decorated_definition";
  readonly definition: ClassDefinition | FunctionDefinition;
}

export interface Decorator extends PythonNode {
  readonly type: "decorator";
}

export interface DefaultParameter extends PythonNode {
  readonly type: "default_parameter";
  readonly name: Identifier | TuplePattern;
  readonly value: Expression;
}

export interface DeleteStatement extends PythonNode {
  readonly type: "delete_statement";
}

export interface DictPattern extends PythonNode {
  readonly type: "dict_pattern";
  readonly key: readonly (
    | ClassPattern
    | ComplexPattern
    | ConcatenatedString
    | DictPattern
    | DottedName
    | False
    | Float
    | Integer
    | ListPattern
    | None
    | SplatPattern
    | String
    | True
    | TuplePattern
    | UnionPattern
    | PythonToken<"-" | "_">
  )[];
  readonly value: readonly CasePattern[];
}

export interface Dictionary extends PythonNode {
  readonly type: "dictionary";
}

export interface DictionaryComprehension extends PythonNode {
  readonly type: "dictionary_comprehension";
  readonly body: Pair;
}

export interface DictionarySplat extends PythonNode {
  readonly type: "dictionary_splat";
}

export interface DictionarySplatPattern extends PythonNode {
  readonly type: "dictionary_splat_pattern";
}

export interface DottedName extends PythonNode {
  readonly type: "dotted_name";
}

export interface ElifClause extends PythonNode {
  readonly type: "elif_clause";
  readonly condition: Expression;
  readonly consequence: Block;
}

export interface ElseClause extends PythonNode {
  readonly type: "else_clause";
  readonly body: Block;
}

export interface ExceptClause extends PythonNode {
  readonly type: "except_clause";
  readonly alias: Expression | null;
  readonly value: Expression | null;
}

export interface ExceptGroupClause extends PythonNode {
  readonly type: "except_group_clause";
}

export interface ExecStatement extends PythonNode {
  readonly type: "exec_statement";
  readonly code: Identifier | String;
}

export interface ExpressionList extends PythonNode {
  readonly type: "expression_list";
}

export interface ExpressionStatement extends PythonNode {
  readonly type: "expression_statement";
}

export interface FinallyClause extends PythonNode {
  readonly type: "finally_clause";
}

export interface ForInClause extends PythonNode {
  readonly type: "for_in_clause";
  readonly left: Pattern | PatternList;
  readonly right: readonly (Expression | PythonToken<",">)[];
}

export interface ForStatement extends PythonNode {
  readonly type: "for_statement";
  readonly alternative: ElseClause | null;
  readonly body: Block;
  readonly left: Pattern | PatternList;
  readonly right: Expression | ExpressionList;
}

export interface FormatExpression extends PythonNode {
  readonly type: "format_expression";
  readonly expression: Expression | ExpressionList | PatternList | Yield;
  readonly format_specifier: FormatSpecifier | null;
  readonly type_conversion: TypeConversion | null;
}

export interface FormatSpecifier extends PythonNode {
  readonly type: "format_specifier";
}

export interface FunctionDefinition extends PythonNode {
  readonly type: "function_definition";
  readonly body: Block;
  readonly name: Identifier;
  readonly parameters: Parameters;
  readonly return_type: Type | null;
  readonly type_parameters: TypeParameter | null;
}

export interface FutureImportStatement extends PythonNode {
  readonly type: "future_import_statement";
  readonly name: readonly (AliasedImport | DottedName)[];
}

export interface GeneratorExpression extends PythonNode {
  readonly type: "generator_expression";
  readonly body: Expression;
}

export interface GenericType extends PythonNode {
  readonly type: "generic_type";
}

export interface GlobalStatement extends PythonNode {
  readonly type: "global_statement";
}

export interface IfClause extends PythonNode {
  readonly type: "if_clause";
}

export interface IfStatement extends PythonNode {
  readonly type: "if_statement";
  readonly alternative: readonly (ElifClause | ElseClause)[];
  readonly condition: Expression;
  readonly consequence: Block;
}

export interface ImportFromStatement extends PythonNode {
  readonly type: "import_from_statement";
  readonly module_name: DottedName | RelativeImport;
  readonly name: readonly (AliasedImport | DottedName)[];
}

export interface ImportPrefix extends PythonNode {
  readonly type: "import_prefix";
}

export interface ImportStatement extends PythonNode {
  readonly type: "import_statement";
  readonly name: readonly (AliasedImport | DottedName)[];
}

export interface Interpolation extends PythonNode {
  readonly type: "interpolation";
  readonly expression: Expression | ExpressionList | PatternList | Yield;
  readonly format_specifier: FormatSpecifier | null;
  readonly type_conversion: TypeConversion | null;
}

export interface KeywordArgument extends PythonNode {
  readonly type: "keyword_argument";
  readonly name: Identifier;
  readonly value: Expression;
}

export interface KeywordPattern extends PythonNode {
  readonly type: "keyword_pattern";
}

export interface KeywordSeparator extends PythonNode {
  readonly type: "keyword_separator";
}

export interface Lambda extends PythonNode {
  readonly type: "lambda";
  readonly body: Expression;
  readonly parameters: LambdaParameters | null;
}

export interface LambdaParameters extends PythonNode {
  readonly type: "lambda_parameters";
}

export interface List extends PythonNode {
  readonly type: "list";
}

export interface ListComprehension extends PythonNode {
  readonly type: "list_comprehension";
  readonly body: Expression;
}

export interface ListPattern extends PythonNode {
  readonly type: "list_pattern";
}

export interface ListSplat extends PythonNode {
  readonly type: "list_splat";
}

export interface ListSplatPattern extends PythonNode {
  readonly type: "list_splat_pattern";
}

export interface MatchStatement extends PythonNode {
  readonly type: "match_statement";
  readonly body: Block;
  readonly subject: readonly Expression[];
}

export interface MemberType extends PythonNode {
  readonly type: "member_type";
}

export interface Module extends PythonNode {
  readonly type: "module";
}

export interface NamedExpression extends PythonNode {
  readonly type: "named_expression";
  readonly name: Identifier;
  readonly value: Expression;
}

export interface NonlocalStatement extends PythonNode {
  readonly type: "nonlocal_statement";
}

export interface NotOperator extends PythonNode {
  readonly type: "not_operator";
  readonly argument: Expression;
}

export interface Pair extends PythonNode {
  readonly type: "pair";
  readonly key: Expression;
  readonly value: Expression;
}

export interface Parameters extends PythonNode {
  readonly type: "parameters";
}

export interface ParenthesizedExpression extends PythonNode {
  readonly type: "parenthesized_expression";
}

export interface ParenthesizedListSplat extends PythonNode {
  readonly type: "parenthesized_list_splat";
}

export interface PassStatement extends PythonNode {
  readonly type: "pass_statement";
}

export interface PatternList extends PythonNode {
  readonly type: "pattern_list";
}

export interface PositionalSeparator extends PythonNode {
  readonly type: "positional_separator";
}

export interface PrintStatement extends PythonNode {
  readonly type: "print_statement";
  readonly argument: readonly Expression[];
}

export interface RaiseStatement extends PythonNode {
  readonly type: "raise_statement";
  readonly cause: Expression | null;
}

export interface RelativeImport extends PythonNode {
  readonly type: "relative_import";
}

export interface ReturnStatement extends PythonNode {
  readonly type: "return_statement";
}

export interface Set extends PythonNode {
  readonly type: "set";
}

export interface SetComprehension extends PythonNode {
  readonly type: "set_comprehension";
  readonly body: Expression;
}

export interface Slice extends PythonNode {
  readonly type: "slice";
}

export interface SplatPattern extends PythonNode {
  readonly type: "splat_pattern";
}

export interface SplatType extends PythonNode {
  readonly type: "splat_type";
}

export interface String extends PythonNode {
  readonly type: "string";
}

export interface StringContent extends PythonNode {
  readonly type: "string_content";
}

export interface Subscript extends PythonNode {
  readonly type: "subscript";
  readonly subscript: readonly (Expression | Slice)[];
  readonly value: PrimaryExpression;
}

export interface TryStatement extends PythonNode {
  readonly type: "try_statement";
  readonly body: Block;
}

export interface Tuple extends PythonNode {
  readonly type: "tuple";
}

export interface TuplePattern extends PythonNode {
  readonly type: "tuple_pattern";
}

export interface Type extends PythonNode {
  readonly type: "type";
}

export interface TypeAliasStatement extends PythonNode {
  readonly type: "type_alias_statement";
  readonly left: Type;
  readonly right: Type;
}

export interface TypeParameter extends PythonNode {
  readonly type: "type_parameter";
}

export interface TypedDefaultParameter extends PythonNode {
  readonly type: "typed_default_parameter";
  readonly name: Identifier;
  readonly annotation: Type;
  readonly value: Expression;
}

export interface TypedParameter extends PythonNode {
  readonly type: "typed_parameter";
  readonly annotation: Type;
}

export interface UnaryOperator extends PythonNode {
  readonly type: "unary_operator";
  readonly argument: PrimaryExpression;
  readonly operator: PythonToken<"+" | "-" | "~">;
}

export interface UnionPattern extends PythonNode {
  readonly type: "union_pattern";
}

export interface UnionType extends PythonNode {
  readonly type: "union_type";
}

export interface WhileStatement extends PythonNode {
  readonly type: "while_statement";
  readonly alternative: ElseClause | null;
  readonly body: Block;
  readonly condition: Expression;
}

export interface WildcardImport extends PythonNode {
  readonly type: "wildcard_import";
}

export interface WithClause extends PythonNode {
  readonly type: "with_clause";
}

export interface WithItem extends PythonNode {
  readonly type: "with_item";
  readonly value: Expression;
}

export interface WithStatement extends PythonNode {
  readonly type: "with_statement";
  readonly body: Block;
}

export interface Yield extends PythonNode {
  readonly type: "yield";
}

export interface Comment extends PythonNode {
  readonly type: "comment";
}

export interface Ellipsis extends PythonNode {
  readonly type: "ellipsis";
}

export interface EscapeInterpolation extends PythonNode {
  readonly type: "escape_interpolation";
}

export interface EscapeSequence extends PythonNode {
  readonly type: "escape_sequence";
}

export interface False extends PythonNode {
  readonly type: "false";
}

export interface Float extends PythonNode {
  readonly type: "float";
}

export interface Identifier extends PythonNode {
  readonly type: "identifier";
}

export interface Integer extends PythonNode {
  readonly type: "integer";
}

export interface LineContinuation extends PythonNode {
  readonly type: "line_continuation";
}

export interface None extends PythonNode {
  readonly type: "none";
}

export interface StringEnd extends PythonNode {
  readonly type: "string_end";
}

export interface StringStart extends PythonNode {
  readonly type: "string_start";
}

export interface True extends PythonNode {
  readonly type: "true";
}

export interface TypeConversion extends PythonNode {
  readonly type: "type_conversion";
}

export interface AsPatternTarget extends PythonNode {
  readonly type: "as_pattern_target";
}

/** Every type of node, by its name. */
export interface NodeMap {
  readonly aliased_import: AliasedImport;
  readonly argument_list: ArgumentList;
  readonly as_pattern: AsPattern;
  readonly assert_statement: AssertStatement;
  readonly assignment: Assignment;
  readonly attribute: Attribute;
  readonly augmented_assignment: AugmentedAssignment;
  readonly await: Await;
  readonly binary_operator: BinaryOperator;
  readonly block: Block;
  readonly boolean_operator: BooleanOperator;
  readonly break_statement: BreakStatement;
  readonly call: Call;
  readonly case_clause: CaseClause;
  readonly case_pattern: CasePattern;
  readonly chevron: Chevron;
  readonly class_definition: ClassDefinition;
  readonly class_pattern: ClassPattern;
  readonly comparison_operator: ComparisonOperator;
  readonly complex_pattern: ComplexPattern;
  readonly concatenated_string: ConcatenatedString;
  readonly conditional_expression: ConditionalExpression;
  readonly constrained_type: ConstrainedType;
  readonly continue_statement: ContinueStatement;
  readonly decorated_definition: DecoratedDefinition;
  readonly decorator: Decorator;
  readonly default_parameter: DefaultParameter;
  readonly delete_statement: DeleteStatement;
  readonly dict_pattern: DictPattern;
  readonly dictionary: Dictionary;
  readonly dictionary_comprehension: DictionaryComprehension;
  readonly dictionary_splat: DictionarySplat;
  readonly dictionary_splat_pattern: DictionarySplatPattern;
  readonly dotted_name: DottedName;
  readonly elif_clause: ElifClause;
  readonly else_clause: ElseClause;
  readonly except_clause: ExceptClause;
  readonly except_group_clause: ExceptGroupClause;
  readonly exec_statement: ExecStatement;
  readonly expression_list: ExpressionList;
  readonly expression_statement: ExpressionStatement;
  readonly finally_clause: FinallyClause;
  readonly for_in_clause: ForInClause;
  readonly for_statement: ForStatement;
  readonly format_expression: FormatExpression;
  readonly format_specifier: FormatSpecifier;
  readonly function_definition: FunctionDefinition;
  readonly future_import_statement: FutureImportStatement;
  readonly generator_expression: GeneratorExpression;
  readonly generic_type: GenericType;
  readonly global_statement: GlobalStatement;
  readonly if_clause: IfClause;
  readonly if_statement: IfStatement;
  readonly import_from_statement: ImportFromStatement;
  readonly import_prefix: ImportPrefix;
  readonly import_statement: ImportStatement;
  readonly interpolation: Interpolation;
  readonly keyword_argument: KeywordArgument;
  readonly keyword_pattern: KeywordPattern;
  readonly keyword_separator: KeywordSeparator;
  readonly lambda: Lambda;
  readonly lambda_parameters: LambdaParameters;
  readonly list: List;
  readonly list_comprehension: ListComprehension;
  readonly list_pattern: ListPattern;
  readonly list_splat: ListSplat;
  readonly list_splat_pattern: ListSplatPattern;
  readonly match_statement: MatchStatement;
  readonly member_type: MemberType;
  readonly module: Module;
  readonly named_expression: NamedExpression;
  readonly nonlocal_statement: NonlocalStatement;
  readonly not_operator: NotOperator;
  readonly pair: Pair;
  readonly parameters: Parameters;
  readonly parenthesized_expression: ParenthesizedExpression;
  readonly parenthesized_list_splat: ParenthesizedListSplat;
  readonly pass_statement: PassStatement;
  readonly pattern_list: PatternList;
  readonly positional_separator: PositionalSeparator;
  readonly print_statement: PrintStatement;
  readonly raise_statement: RaiseStatement;
  readonly relative_import: RelativeImport;
  readonly return_statement: ReturnStatement;
  readonly set: Set;
  readonly set_comprehension: SetComprehension;
  readonly slice: Slice;
  readonly splat_pattern: SplatPattern;
  readonly splat_type: SplatType;
  readonly string: String;
  readonly string_content: StringContent;
  readonly subscript: Subscript;
  readonly try_statement: TryStatement;
  readonly tuple: Tuple;
  readonly tuple_pattern: TuplePattern;
  readonly type: Type;
  readonly type_alias_statement: TypeAliasStatement;
  readonly type_parameter: TypeParameter;
  readonly typed_default_parameter: TypedDefaultParameter;
  readonly typed_parameter: TypedParameter;
  readonly unary_operator: UnaryOperator;
  readonly union_pattern: UnionPattern;
  readonly union_type: UnionType;
  readonly while_statement: WhileStatement;
  readonly wildcard_import: WildcardImport;
  readonly with_clause: WithClause;
  readonly with_item: WithItem;
  readonly with_statement: WithStatement;
  readonly yield: Yield;
  readonly comment: Comment;
  readonly ellipsis: Ellipsis;
  readonly escape_interpolation: EscapeInterpolation;
  readonly escape_sequence: EscapeSequence;
  readonly false: False;
  readonly float: Float;
  readonly identifier: Identifier;
  readonly integer: Integer;
  readonly line_continuation: LineContinuation;
  readonly none: None;
  readonly string_end: StringEnd;
  readonly string_start: StringStart;
  readonly true: True;
  readonly type_conversion: TypeConversion;
  readonly as_pattern_target: AsPatternTarget;
}
