import type { ResourceKind, StreamKind } from "./kinds.ts";
import { createOpen } from "./open-resource.ts";
import { createStream } from "./open-stream.ts";
import type { Answering, Waiting } from "./program.ts";
import { type Answer, type Made, show, showError, type Value, type World } from "./world.ts";

/** What a printed program calls. */
export type Tools = ReturnType<typeof createTools>;

export function createTools(world: World) {
  let waits = 0;
  /** One turn of the microtask queue, or two, or three. */
  const turns = async (): Promise<void> => {
    for (let left = waits++ % 3; left > 0; left--) await undefined;
  };
  const open = createOpen(world, turns);
  const stream = createStream(world, turns);
  const fail = (): void => {
    const failure = world.step();
    if (failure !== undefined) throw new Error(failure);
  };
  /** A rejected promise that may be left alone for a while. */
  const reject = (message: string, _value?: Value): Promise<never> => {
    const promise = turns().then(() => {
      throw new Error(message);
    });
    promise.catch(() => {});
    return promise;
  };
  class Base {
    constructor(value: Value) {
      world.note(`super ${show(value)}`);
      fail();
    }
  }

  return {
    Base,
    open,
    log(text: string, value: Value) {
      world.note(`${text} ${show(value)}`);
      fail();
    },
    show: (value: Value) => world.note(`show ${show(value)}`),
    later: (closure: () => Value) => void world.laters.push(closure),
    caught: (error: unknown) => world.note(`caught ${showError(error)}`),
    both: (left: Value, right: Value) => `${show(left)}&${show(right)}`,
    /** Answers a condition; the value is evaluated, no more. */
    when: (site: string, answers: string, _value?: Value) =>
      world.when({ site, answers: [...answers].map((answer) => answer === "y") }),
    number: (number: number, _value?: Value) => number,
    more: (site: string, times: number) => world.more(site, times),
    *upTo(site: string, times: number, _value: Value) {
      try {
        for (let i = 0; i < times; i++) yield i;
      } finally {
        world.note(`end ${site}`);
      }
    },
    *openEach(loop: string, times: number, kind: ResourceKind, site: string) {
      try {
        for (let i = 0; i < times; i++) yield open(kind, site);
      } finally {
        world.note(`end ${loop}`);
      }
    },
    stream: (kind: StreamKind, site: string, times: number, _value: Value) => stream(kind, site, times),
    streamEach: (loop: string, times: number, kind: ResourceKind, site: string) =>
      stream("iterated", loop, times, () => open(kind, site)),

    /** What an `await` waits for. */
    wait(waiting: Waiting, site: string, value: Value): unknown {
      if (waiting === "value") return value;
      world.note(`wait ${site} ${show(value)}`);
      if (waiting === "rejected") return reject(site);
      if (waiting === "thenable") return { then: (resolve: (value: Value) => void) => resolve(value) };
      const failure = world.step();
      return turns().then(() => {
        if (failure !== undefined) throw new Error(failure);
        return value;
      });
    },
    promise: (value: Value) => turns().then(() => value),
    reject,
    object: (value: Value): Made => ({ made: `object of ${show(value)}` }),
    made: (name: string): string => `made ${name}`,

    /** Consumes a generator, as the program says. */
    drive(generator: Generator<Value, Value, string>, name: string, answers: readonly Answering[]) {
      let step = generator.next("");
      while (!step.done) {
        const { kind, value } = world.answer(name, answers, step.value);
        if (kind === "next") step = generator.next(value);
        else if (kind === "return") step = generator.return(value);
        else step = generator.throw(new Error(value));
      }
      return step.value;
    },
    async driveAsync(
      generator: AsyncGenerator<Value, Value, string>,
      name: string,
      answers: readonly Answering[],
    ) {
      let step = await generator.next("");
      while (!step.done) step = await advance(generator, world.answer(name, answers, step.value));
      return step.value;
    },
  };

  function advance(generator: AsyncGenerator<Value, Value, string>, { kind, value }: Answer) {
    switch (kind) {
      case "next":
        return generator.next(value);
      case "throw":
        return generator.throw(new Error(value));
      case "return":
        // What is returned may be a promise, which the generator awaits.
        return generator.return(waits % 2 === 0 ? value : turns().then(() => value));
      case "reject":
        return generator.return(reject(value));
    }
  }
}
