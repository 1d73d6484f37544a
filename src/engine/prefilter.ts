/** Does the file hold any of the literals that can matter? Asked of raw bytes, before anything is decoded. */
export function containsAny(bytes: Uint8Array, literals: readonly string[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return literals.some((literal) => buffer.includes(literal));
}
