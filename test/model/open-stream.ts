import { type StreamKind, streamOf } from "./kinds.ts";
import type { World } from "./world.ts";

/**
 * What a `for await` of a printed program goes over.
 *
 * @param turns takes some turns of the microtask queue.
 * @param give gives what an iteration gets.
 */
export function createStream(world: World, turns: () => Promise<void>) {
  return (
    kind: StreamKind,
    site: string,
    times: number,
    give: (i: number) => unknown = (i) => i,
  ): unknown => {
    const { by, fails } = streamOf(kind);
    const fail = (failure: string | undefined): void => {
      if (failure !== undefined) throw new Error(failure);
    };
    /** Notes a call of an iterator, and gives its result, or how it fails. */
    const call = (how: "next" | "return", failsHere: boolean, result: () => unknown): unknown => {
      world.note(`${how} ${site}`);
      const failure = world.step();
      const failing = failsHere ? fails : undefined;
      if (failing === `${how} throws`) throw new Error(failure ?? `${how} ${site}`);
      return turns().then(() => {
        fail(failure);
        if (failing === `${how} rejects`) throw new Error(`${how} ${site}`);
        return failing === `${how} gives no result` ? 7 : result();
      });
    };
    let i = 0;
    switch (by) {
      case "number":
        return 7;
      case "async generator":
        return (async function* () {
          try {
            for (; i < times; i++) {
              await turns();
              fail(world.step());
              yield give(i);
            }
          } finally {
            world.note(`end ${site}`);
            fail(world.step());
          }
        })();
      case "promises":
        if (fails === "value rejects") {
          const next = () => {
            const count = i++;
            const value = turns().then(() => {
              if (count === times - 1) throw new Error(`value ${site}`);
              return give(count);
            });
            return { done: count === times, value };
          };
          return { [Symbol.iterator]: () => ({ next }) };
        }
        return (function* () {
          try {
            for (; i < times; i++) yield i % 2 === 0 ? give(i) : turns().then(() => give(i));
          } finally {
            world.note(`end ${site}`);
          }
        })();
      default: {
        const next = () =>
          call("next", i === times - 1, () =>
            i < times ? { done: false, value: give(i++) } : { done: true, value: undefined },
          );
        const close = () => call("return", true, () => ({}));
        return {
          [Symbol.asyncIterator]: () => (by === "endless" ? { next } : { next, return: close }),
        };
      }
    }
  };
}
