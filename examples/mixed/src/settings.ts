/** What positions are stored as, in the exported model's inputs and in the cache. */
export const POSITION_DTYPE = "float32";
