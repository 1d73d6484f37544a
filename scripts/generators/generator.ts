/** What a derived file's generator returns: paths relative to the repository root, and what belongs there. */
export type DerivedFiles = ReadonlyMap<string, string | Uint8Array>;

export type Generate = (root: string) => DerivedFiles | Promise<DerivedFiles>;
