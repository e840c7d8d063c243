/** How many functions and resource classes run side by side in the megamorphic mode. */
export const copies = 8;

/**
 * A class of its own for each `k`, with its own layout and its own code: from one class expression they would share
 * both, and the engine would see one class. So it would where two variants have classes of one text: hence `owner`.
 */
function lockClass(k, owner) {
  const fields = Array.from({ length: k }, (_, i) => `field${i} = ${i};`).join(" ");
  return new Function(
    `/* ${owner} */ return class Lock${k} {
      ${fields} id = ${k + 1}; ready = Promise.resolve(${k + 1}); released = 0;
      [Symbol.dispose]() { this.released += 1; }
      async [Symbol.asyncDispose]() { this.released += 1; }
    };`,
  )();
}

/** For each copy of a case the eight locks it is given: all of one class, or of eight classes, each first once. */
export function createLocks(mode, owner = "") {
  const classes = Array.from({ length: mode === "mono" ? 1 : copies }, (_, k) => lockClass(k, owner));
  return classes.map((_, k) =>
    Array.from({ length: copies }, (_, i) => new classes[(k + i) % classes.length]()),
  );
}
