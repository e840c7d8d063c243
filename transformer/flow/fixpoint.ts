/** A question whose answer depends on the answers to others: its body yields those, and is given their answers. */
export interface Query<T> {
  readonly answer: () => Generator<Query<T>, T, T>;
}

/** A query that is being answered. */
interface Frame<T> {
  readonly query: Query<T>;
  body: Generator<Query<T>, T, T>;
  /** The lowest frame on whose assumed answer this one rests; its own index where there is none below it. */
  lowest: number;
  /** Whether an answer that was assumed above this frame has turned out to be more. */
  isOutdated: boolean;
  /** How many answers were preliminary when this frame began. */
  readonly since: number;
}

/** An answer that rests on an assumption, and holds as long as that does. */
interface Preliminary<T> {
  readonly query: Query<T>;
  readonly answer: T;
  /** The lowest frame on which this answer or one that was found before it rests. */
  readonly lowest: number;
}

/**
 * Answers queries that depend on each other, also in circles: the least fixed point. Each is answered once and remembered.
 * Nothing recurses, so a chain of thousands is no danger.
 *
 * @param bottom the answer that is assumed where a circle closes. It only grows from there.
 * @param union of an answer and a further one to the same query: the first itself, where the second adds nothing.
 */
export function createFixpoint<T>(bottom: T, union: (a: T, b: T) => T): (query: Query<T>) => T {
  const known = new Map<Query<T>, T>();
  return (asked) => {
    const before = known.get(asked);
    if (before !== undefined) return before;
    const frames: Frame<T>[] = [];
    const indexOf = new Map<Query<T>, number>();
    const assumed = new Map<Query<T>, T>();
    const preliminary: Preliminary<T>[] = [];
    const preliminaryOf = new Map<Query<T>, Preliminary<T>>();

    let given = bottom; // the first step of a body looks at nothing
    begin(asked);
    for (;;) {
      const frame = frames.at(-1)!;
      const step = frame.body.next(given);
      if (!step.done) ask(frame, step.value);
      else if (finish(frame, step.value)) return given;
    }

    function begin(query: Query<T>): void {
      const index = frames.length;
      indexOf.set(query, index);
      frames.push({
        query,
        body: query.answer(),
        lowest: index,
        isOutdated: false,
        since: preliminary.length,
      });
    }

    function ask(frame: Frame<T>, query: Query<T>): void {
      const answer = known.get(query);
      const found = preliminaryOf.get(query);
      const open = indexOf.get(query);
      if (answer !== undefined) given = answer;
      else if (found !== undefined) {
        given = found.answer;
        // The frame it rests on may be preliminary by now, and rest on one further down: so all of them are one circle.
        frame.lowest = Math.min(frame.lowest, preliminary.at(-1)!.lowest);
      } else if (open !== undefined) {
        given = assumed.get(query) ?? bottom;
        assumed.set(query, given);
        frame.lowest = Math.min(frame.lowest, open);
      } else begin(query);
    }

    /** @returns whether it was the last. */
    function finish(frame: Frame<T>, found: T): boolean {
      const { query, since } = frame;
      const index = frames.length - 1;
      const assumption = assumed.get(query);
      const answer = assumption === undefined ? found : union(assumption, found);
      if (assumption !== undefined && answer !== assumption) {
        assumed.set(query, answer);
        frame.isOutdated = true;
      }
      const isHead = frame.lowest === index;
      if (isHead && frame.isOutdated) {
        for (const each of preliminary.splice(since)) preliminaryOf.delete(each.query);
        frame.body = query.answer();
        frame.isOutdated = false;
        return false;
      }
      frames.pop();
      indexOf.delete(query);
      given = answer;
      if (isHead) {
        // All that rests on this query, and on nothing below it, holds.
        for (const each of preliminary.splice(since)) {
          preliminaryOf.delete(each.query);
          known.set(each.query, each.answer);
        }
        known.set(query, answer);
      } else {
        const lowest = Math.min(frame.lowest, preliminary.at(-1)?.lowest ?? Infinity);
        const entry = { query, answer, lowest };
        preliminary.push(entry);
        preliminaryOf.set(query, entry);
      }
      const parent = frames.at(-1);
      if (parent === undefined) return true;
      parent.lowest = Math.min(parent.lowest, frame.lowest);
      parent.isOutdated ||= frame.isOutdated && !isHead;
      return false;
    }
  };
}
