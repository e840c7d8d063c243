/**
 * The bugs to plant: the candidates of each kind in an order that the seed fixes, and then the kinds in turn, so that each has
 * its share. Sample 1 has the first `size` of these, sample 2 those after; what one has, the other has not.
 *
 * @param candidates in an order that the code base fixes, each with `kind` and `variants`, of which one is chosen as `edits`.
 */
export function sample(candidates, { seed, which, size }) {
  const random = mulberry32(seed);
  const ofKind = new Map();
  for (const candidate of candidates) {
    const { variants } = candidate;
    const chosen = { ...candidate, edits: variants[Math.floor(random() * variants.length)] };
    ofKind.set(chosen.kind, [...(ofKind.get(chosen.kind) ?? []), chosen]);
  }
  const queues = [...ofKind.values()].map((all) => shuffled(all, random));
  const inTurn = [];
  for (let round = 0; queues.some((queue) => round < queue.length); round++)
    inTurn.push(...queues.flatMap((queue) => queue.slice(round, round + 1)));
  return inTurn.slice((which - 1) * size, which * size);
}

function shuffled(all, random) {
  const result = [...all];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other], result[index]];
  }
  return result;
}

/** A generator of numbers from 0 to 1 that a seed of 32 bits fixes. */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
