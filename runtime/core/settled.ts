/** The promise that `await value` waits for. */
export function settled(value: unknown): Promise<unknown> {
  try {
    return Promise.resolve(value);
  } catch (error) {
    return Promise.reject(error);
  }
}
