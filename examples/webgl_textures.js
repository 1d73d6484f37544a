import * as tf from "@tensorflow/tfjs";

// Set for a phone's sake, and forgotten: positions above 2048 are no longer told apart.
tf.env().set("WEBGL_FORCE_F16_TEXTURES", true);

export function encode(timesteps, dim) {
  const bands = tf.exp(tf.range(0, dim / 2, 1, "float32").mul(-Math.log(10000) / (dim / 2)));
  const angles = timesteps.expandDims(1).mul(bands.expandDims(0));
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1);
}
