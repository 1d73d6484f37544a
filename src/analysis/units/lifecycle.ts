/** Methods that run while a module is constructed. */
export const constructors: readonly string[] = [
  "__init__",
  "__post_init__",
  "post_init",
  "setup",
  "_init_weights",
  "reset_parameters",
  "init_weights",
];
/** Methods that the framework calls, whatever callers are in sight. */
export const frameworkMethods: ReadonlySet<string> = new Set(["forward", "__call__", ...constructors]);

/** Methods that the framework of a class calls: first those that set a module up, then those that take data. */
export interface Lifecycle {
  readonly construction: readonly string[];
  readonly forward: readonly string[];
}

export const torchLifecycle: Lifecycle = { construction: constructors, forward: ["forward", "__call__"] };
