/** Lets signals be told, and progress be seen. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
