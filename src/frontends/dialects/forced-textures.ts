/** How TensorFlow.js is told to keep all tensors in 16-bit textures (@tensorflow/tfjs-backend-webgl 4.22: flags_webgl.js, webgl.js). */

/** The library's name where it is a global or handed in: `tf.sin(x)`, `this.tf.ENV`. */
export const libraryName = "tf";

/** `@tensorflow/tfjs`, `@tensorflow/tfjs-core/dist/...` */
export function isTensorFlow(path: string): boolean {
  return /^@tensorflow\/tfjs(?:[-/.]|$)/.test(path);
}

/** Where flags are kept: `tf.env()`, and `tf.ENV` of older releases. */
export const environmentNames: ReadonlySet<string> = new Set(["env", "ENV"]);

/** Flags, and the value that forces textures of 16 bits. What a device can do by itself is none. */
export const forcingFlags: ReadonlyMap<string, boolean> = new Map([
  ["WEBGL_FORCE_F16_TEXTURES", true],
  ["WEBGL_RENDER_FLOAT32_ENABLED", false],
  ["WEBGL_RENDER_FLOAT32_CAPABLE", false],
]);

/** `tf.webgl.forceHalfFloat()`, or imported from the backend. */
export const forcingFunction = "forceHalfFloat";

/** In a page's address: `?tfjsflags=WEBGL_PACK:false,WEBGL_FORCE_F16_TEXTURES:true`. */
export const addressFlags = /[?&]tfjsflags=[^&\s]*\bWEBGL_FORCE_F16_TEXTURES:true\b/;

/** The only backend that has textures. */
export const textureBackend = "webgl";

/** Integers up to here are exact in 16 bits. */
export const exactLimit = 2048;
