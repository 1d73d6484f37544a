/** Rotates queries on the GPU. Halves are enough for the values, and not for the angles. */
export const rotateQueries = /* wgsl */ `
  enable f16;

  @group(0) @binding(0) var<storage, read> inverse_frequencies: array<f32>;
  @group(0) @binding(1) var<storage, read_write> queries: array<vec2<f16>>;

  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let pairs = arrayLength(&inverse_frequencies);
    let angle = f16(id.x) * f16(inverse_frequencies[id.y]);
    let query = queries[id.x * pairs + id.y];
    let c = cos(angle);
    let s = sin(angle);
    queries[id.x * pairs + id.y] = vec2<f16>(query.x * c - query.y * s, query.y * c + query.x * s);
  }
`;

/** The same angle in single precision: the sine and the cosine are converted, and lose one rounding. */
export const rotateQueriesRight = rotateQueries
  .replace("f16(id.x) * f16(inverse_frequencies[id.y])", "f32(id.x) * inverse_frequencies[id.y]")
  .replace("cos(angle)", "f16(cos(angle))")
  .replace("sin(angle)", "f16(sin(angle))");
