import type { Node } from "../ir/graph.ts";
import type { Call, Comment, Expr, Program } from "../ir/program.ts";
import { visitExpressions } from "../ir/walk.ts";
import { sampleAbove, type Sampling } from "../tensors/sample.ts";
import { linkedPlace } from "./linked-places.ts";
import { AnalysedUnit } from "./analysed-unit.ts";
import { Budget } from "./execute/execution.ts";
import { TensorCache } from "./evaluate/cache.ts";
import type { Sizes } from "./probes.ts";
import type { Surroundings } from "./units/outside-calls.ts";
import { planOutside, planUnits, type UnitPlan } from "./units/plan-units.ts";
import { executeUnit } from "./units/execute-unit.ts";

/** Axes longer than this are sampled unless every position is asked for. */
const sampleThreshold = 96;
/** What executing a script may cost, all of its units together; see `Budget`. */
const workOfScript = 4_000_000;
/** How comments name low dtypes. */
const lowDtypeName = /\b(bf16|bfloat16|fp16|float16|half[ -]precision)\b/i;
/** A comment that names float32 too, or that warns, does not ask for low precision. */
const warnsOfLow =
  /\b(fp32|float32|float64|bad|breaks?|broken|avoid|not|never|loses?|wrong|overflows?|since|because)\b|n't\b/i;

/** An expression of the text and the definition around it. */
interface Place {
  readonly expression: Expr;
  readonly definition: string;
}

/** One source file under analysis. */
export class FileAnalysis {
  readonly program: Program;
  readonly text: string;
  readonly plans: readonly UnitPlan[];
  readonly cache = new TensorCache();
  readonly sampling: Sampling | null;
  readonly #places = new Map<string, Place>();
  /** Functions of torch that zero.Init does not reach in this package. */
  readonly spared: ReadonlySet<string>;
  /** What the project says of its models. */
  readonly sizes: Sizes;
  #units: readonly AnalysedUnit[] | null = null;

  constructor(
    program: Program,
    text: string,
    literals: readonly string[],
    exhaustive: boolean,
    { calls = [], spared = [], sizes = {} }: Surroundings & { readonly sizes?: Sizes } = {},
  ) {
    this.spared = new Set(spared);
    this.sizes = sizes;
    this.program = program;
    this.text = text;
    const plans = planUnits(program, text, literals);
    this.plans = [...plans, ...planOutside(plans, calls)];
    this.sampling = exhaustive ? null : sampleAbove(sampleThreshold);
  }

  get units(): readonly AnalysedUnit[] {
    // What is larger than the bounds is no position code, and half of a graph would be judged wrongly.
    const budget = this.program.language === "javascript" ? new Budget(workOfScript) : null;
    this.#units ??= this.plans
      .map((plan) => executeUnit(this.program, this.text, plan, { spared: this.spared, budget }))
      .filter((unit) => unit.incomplete === null)
      .map((unit) => new AnalysedUnit(unit, this.cache, this.sampling, { sizes: this.sizes }));
    return this.#units;
  }

  /** The unit as it is when expressions are replaced. */
  rewritten(unit: AnalysedUnit, substitutions: ReadonlyMap<Expr, Expr>): AnalysedUnit {
    return new AnalysedUnit(
      executeUnit(this.program, this.text, unit.unit.plan, { substitutions, spared: this.spared }),
      this.cache,
      this.sampling,
      { probeSet: unit.probeSet, sizes: this.sizes },
    );
  }

  /** The expression a node was made from, and the definition around it. */
  expressionOf(node: Node): Place | null {
    if (this.#places.size === 0) {
      visitExpressions(this.program, (expression, definition) => {
        if (expression.span)
          this.#places.set(`${String(expression.span.start)}-${String(expression.span.end)}`, {
            expression,
            definition,
          });
      });
    }
    return node.span && node.origin === undefined
      ? (this.#places.get(`${String(node.span.start)}-${String(node.span.end)}`) ?? null)
      : null;
  }

  /** Deliberate low precision: a comment on the line, or on the one above, names the low dtype. */
  isDeliberate({ span: own, origin }: Node): boolean {
    const linked = origin && linkedPlace(this.program, origin);
    const span = linked ? linked.span : own;
    const { text, comments } = linked ? linked.module : { text: this.text, comments: this.program.comments };
    if (!span) return false;
    const lineStart = text.lastIndexOf("\n", span.start - 1) + 1;
    const above = text.lastIndexOf("\n", lineStart - 2) + 1;
    const lineEnd = text.indexOf("\n", span.end);
    const last = lineEnd < 0 ? text.length : lineEnd;
    return comments.some((comment) => {
      if (comment.span.start < above || comment.span.end > last) return false;
      const said = linked ? comment.text : this.#withoutIgnores(comment);
      return lowDtypeName.test(said) && !warnsOfLow.test(said);
    });
  }

  /** The reason of an ignore comment is no second way to silence: the comment would seem to be unused. */
  #withoutIgnores({ text, span }: Comment): string {
    const inside = this.program.ignores.filter(
      (ignore) => span.start <= ignore.span.start && ignore.span.end <= span.end,
    );
    return inside.reduceRight(
      (rest, ignore) =>
        rest.slice(0, ignore.span.start - span.start) + rest.slice(ignore.span.end - span.start),
      text,
    );
  }

  callOf(node: Node): Call | null {
    const expression = this.expressionOf(node)?.expression;
    return expression?.kind === "call" ? expression : null;
  }
}
