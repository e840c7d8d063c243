import { EventEmitter, getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, run } from "../../runtime/index.ts";
import { listener } from "../../runtime/node/index.ts";
import { thrownBy } from "../runtime/traced.ts";
import { useNow } from "./use.ts";

/** An emitter and a target, told the same way. */
const kinds = {
  EventEmitter: () => {
    const target = new EventEmitter();
    return { target, emit: (name: string) => void target.emit(name), count: () => target.listenerCount("e") };
  },
  EventTarget: () => {
    const target = new EventTarget();
    return { target, emit: (name: string) => void target.dispatchEvent(new Event(name)), count: undefined };
  },
};

describe.each(Object.entries(kinds))("listener() on an %s", (_, make) => {
  it("hears what happens while the scope lasts, with the target as `this`", () => {
    const { target, emit } = make();
    const heard: unknown[] = [];
    const each = function (this: unknown): void {
      heard.push(this === target);
    };
    emit("e");
    useNow(listener(target as EventEmitter, "e", each), (handle) => {
      expect(handle).toBeUndefined();
      emit("e");
      emit("other");
      emit("e");
    });
    emit("e");
    expect(heard).toEqual([true, true]);
  });

  it("stops listening when the scope fails", () => {
    const { target, emit } = make();
    const { error } = thrownBy(() =>
      useNow(
        listener(target as EventEmitter, "e", () => expect.fail("too late")),
        () => {
          throw "body";
        },
      ),
    );
    expect(error).toBe("body");
    emit("e");
  });

  it("once: hears the first only", () => {
    const { target, emit, count } = make();
    let heard = 0;
    useNow(
      listener(target as EventEmitter, "e", () => void heard++, { once: true }),
      () => {
        emit("e");
        emit("e");
      },
    );
    useNow(
      listener(target as EventEmitter, "e", () => void heard++, { once: true }),
      () => {},
    );
    emit("e");
    expect(heard).toBe(1);
    expect(count?.() ?? 0).toBe(0);
  });

  it("leaves alone what else listens, the same function too, however they are nested", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("listen", "enter", "leave"), { maxLength: 20 }), (steps) => {
        const { target, emit, count } = make();
        const add = (target as EventEmitter).on ?? (target as unknown as EventTarget).addEventListener;
        let heard = 0;
        const same = (): void => void heard++;
        let others = 0;
        const isTarget = target instanceof EventTarget;
        const listenBeside = (): void => {
          add.call(target as EventEmitter, "e", same);
          others = isTarget ? 1 : others + 1; // an EventTarget takes the same function once
        };
        const check = (held: number): void => {
          heard = 0;
          emit("e");
          expect(heard).toBe(others + held);
          if (count) expect(count()).toBe(others + held);
        };
        /** @returns the steps that are left when its scope is. */
        const within = (rest: string[], held: number): string[] => {
          check(held);
          const [step, ...next] = rest;
          if (step === undefined || (step === "leave" && held > 0)) return next;
          if (step === "listen") listenBeside();
          if (step !== "enter") return within(next, held);
          const left = useNow(listener(target as EventEmitter, "e", same), () => within(next, held + 1));
          return within(left, held);
        };
        within(steps, 0);
        check(0);
      }),
    );
  });

  it("property 34: can be acquired twice", () => {
    const { target, emit } = make();
    let heard = 0;
    const twice = listener(target as EventEmitter, "e", () => void heard++);
    run(function* () {
      yield* acquire(twice);
      yield* acquire(twice);
      emit("e");
    });
    emit("e");
    expect(heard).toBe(2);
  });
});

describe("listener()", () => {
  it("hands over what the event brings", () => {
    const emitter = new EventEmitter<{ moved: [x: number, y: number] }>();
    const heard: number[] = [];
    useNow(
      listener(emitter, "moved", (x, y) => void heard.push(x, y)),
      () => emitter.emit("moved", 1, 2),
    );
    expect(heard).toEqual([1, 2]);

    const controller = new AbortController();
    const types: string[] = [];
    useNow(
      listener(controller.signal, "abort", (event) => void types.push(event.type)),
      () => controller.abort(),
    );
    expect(types).toEqual(["abort"]);
  });

  it("takes the options of an EventTarget, and removes what it added by them", () => {
    const target = new EventTarget();
    for (const capture of [true, false]) {
      useNow(
        listener(target, "e", () => {}, { capture }),
        () => expect(getEventListeners(target, "e")).toHaveLength(1),
      );
      expect(getEventListeners(target, "e")).toEqual([]);
    }
  });

  it("can be removed by the function it was given, and the release then does nothing", () => {
    const emitter = new EventEmitter();
    const own = (): void => expect.fail("it was removed");
    useNow(listener(emitter, "e", own), () => {
      expect(emitter.listeners("e")).toHaveLength(1);
      emitter.off("e", own);
      emitter.emit("e");
    });
    expect(emitter.eventNames()).toEqual([]);
  });

  it("passes on what it throws to who emits", () => {
    const emitter = new EventEmitter();
    useNow(
      listener(emitter, "e", () => {
        throw new Error("listener");
      }),
      () => expect(() => emitter.emit("e")).toThrow("listener"),
    );
  });

  it.each([null, undefined, 1, {}, { on() {} }])("refuses %s at the call", (target) => {
    expect(() => listener(target as unknown as EventEmitter, "e", () => {})).toThrow(
      "listener(target, event, fn) takes an EventEmitter or an EventTarget",
    );
    expect(() => listener(new EventEmitter(), "e", target as never)).toThrow(
      "listener(target, event, fn) takes a function",
    );
  });
});
