/** Rotary position embedding in plain TypeScript: a number has 64 bits, so angles are exact enough, and only the tables are rounded. */
export interface RotaryTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

export function rotaryTables(length: number, dim: number, base = 10000): RotaryTables {
  const pairs = dim / 2;
  const cos = new Float32Array(length * pairs);
  const sin = new Float32Array(length * pairs);
  for (let position = 0; position < length; position++) {
    for (let pair = 0; pair < pairs; pair++) {
      const angle = position * base ** ((-2 * pair) / dim);
      cos[position * pairs + pair] = Math.cos(angle);
      sin[position * pairs + pair] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

export function applyRotary(query: Float32Array, position: number, { cos, sin }: RotaryTables): Float32Array {
  const pairs = query.length / 2;
  const rotated = new Float32Array(query.length);
  for (let pair = 0; pair < pairs; pair++) {
    const at = position * pairs + pair;
    const [a = 0, b = 0, c = 0, s = 0] = [query[pair], query[pair + pairs], cos[at], sin[at]];
    rotated[pair] = a * c - b * s;
    rotated[pair + pairs] = b * c + a * s;
  }
  return rotated;
}
