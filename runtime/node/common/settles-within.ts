/**
 * Waits for a promise, but not longer than `milliseconds`; its timer is gone afterwards.
 *
 * @returns whether the promise was fulfilled in time. One that is rejected later goes unnoticed.
 * @throws what the promise is rejected with in time.
 */
export async function within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  if (milliseconds === Infinity) return promise.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise.then(() => true),
      new Promise<false>((resolve) => {
        timer = setTimeout(resolve, milliseconds, false);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
