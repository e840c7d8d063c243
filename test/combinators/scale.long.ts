import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  type Acquisition,
  all,
  type AsyncAcquirable,
  flatMap,
  map,
  onExit,
  race,
  recover,
  Resource,
  resource,
  run,
  runAsync,
  tap,
} from "../../runtime/index.ts";
import { isCombined, rejectedBy, thrownBy } from "../runtime/traced.ts";

const million = 1_000_000;
const many = 100_000;

/** Releases check that they come in exact reverse order, as in the tests of the scopes. */
class Countdown implements Resource<number> {
  held = 0;
  acquired = 0;
  constructor(
    private readonly isAsync: boolean,
    private readonly failing: "acquire" | "release" | "none" = "none",
    private readonly failAt = many,
  ) {}

  [Resource.acquire](): Acquisition<number> {
    const acquisition = this.open();
    return this.isAsync ? (Promise.resolve(acquisition) as never) : acquisition;
  }

  private open(): Acquisition<number> {
    if (this.failing === "acquire" && this.acquired === this.failAt) throw "acquire";
    this.acquired++;
    const index = this.held++;
    const release = (): void => {
      if (--this.held !== index) throw new Error(`released ${index} while ${this.held + 1} were held`);
      if (this.failing === "release") throw index;
    };
    return { handle: index, release: () => (this.isAsync ? Promise.resolve().then(release) : release()) };
  }
}

/** Chains in which each link acquires `it` once more: nested to the left, and to the right. */
const chains: Record<string, (it: AsyncAcquirable, depth: number) => AsyncAcquirable> = {
  "flatMap, left": (it, depth) => repeat(depth, it, (made) => flatMap(made, () => it)),
  "flatMap, right": (it, depth) => repeat(depth, it, (made) => flatMap(it, () => made)),
  "flatMap, right, made step by step": function next(it, depth): AsyncAcquirable {
    return depth ? flatMap(it, () => next(it, depth - 1)) : it;
  },
  "flatMap, right, a promise of each": function next(it, depth): AsyncAcquirable {
    return depth ? flatMap(it, async () => next(it, depth - 1) as null) : it;
  },
  "all, left": (it, depth) => repeat(depth, it, (made) => all([made, it])),
  "all, right": (it, depth) => repeat(depth, it, (made) => all([it, made])),
  "map and tap of them": (it, depth) =>
    repeat(depth, it, (made) =>
      flatMap(
        tap(
          map(made, (x) => x),
          () => {},
        ),
        () => it,
      ),
    ),
};

function repeat(
  depth: number,
  it: AsyncAcquirable,
  link: (made: AsyncAcquirable) => AsyncAcquirable,
): AsyncAcquirable {
  let made = it;
  for (let i = 0; i < depth; i++) made = link(made);
  return made;
}

function raise(error: unknown): never {
  throw error;
}

function chainLength(error: unknown): number {
  let length = 1;
  for (let link = error; isCombined(link); link = link.suppressed) length++;
  return length;
}

// So many take their time on a busy machine: that they end is tested, not when.
describe("scale of what is made of others (property 44)", { timeout: 300_000 }, () => {
  const isPromised = (name: string): boolean => name.includes("promise");

  describe.each(Object.entries(chains))("%s: 1e5 deep (S9)", (name, chain) => {
    it.runIf(!isPromised(name))("synchronously", () => {
      const one = new Countdown(false);
      const held = run(function* () {
        yield* acquire(chain(one, many) as Disposable);
        return one.held;
      });
      expect([held, one.held]).toEqual([many + 1, 0]);
    });

    it("asynchronously", async () => {
      const one = new Countdown(true);
      const held = await runAsync(function* () {
        yield* acquireAsync(chain(one, many));
        return one.held;
      });
      expect([held, one.held]).toEqual([many + 1, 0]);
    });

    it("where the last acquisition fails", async () => {
      const sync = new Countdown(false, "acquire");
      const async = new Countdown(true, "acquire");
      if (!isPromised(name))
        expect(thrownBy(() => run(() => acquire(chain(sync, many) as Disposable)))).toEqual({
          error: "acquire",
        });
      expect(await rejectedBy(runAsync(() => acquireAsync(chain(async, many))))).toEqual({
        error: "acquire",
      });
      expect([sync.held, async.held, async.acquired]).toEqual([0, 0, many]);
    });

    it.runIf(/flatMap, left|all/.test(name))(
      "where every release fails after the body has (properties 11, 13)",
      async () => {
        const one = new Countdown(true, "release");
        const { error } = await rejectedBy(
          runAsync(function* () {
            yield* acquireAsync(chain(one, many));
            throw "body";
          }),
        );
        expect([chainLength(error), one.held]).toEqual([many + 2, 0]);
      },
    );
  });

  it("map, tap, onExit and recover of one, 1e5 times", () => {
    const one = new Countdown(false);
    let made: AsyncAcquirable = one;
    let exits = 0;
    for (let i = 0; i < many; i++) {
      const of: AsyncAcquirable = made;
      made = onExit(
        recover(
          tap(
            map(of, (x) => x),
            () => {},
          ),
          raise,
        ),
        () => void exits++,
      );
    }
    expect(run(() => acquire(made as unknown as Disposable))).toBe(0);
    expect([exits, one.acquired, one.held]).toEqual([many, 1, 0]);
  });

  it("recover that recovers from recover, 1e5 times", async () => {
    const failing = resource(
      () => raise("no"),
      () => {},
    );
    let attempts = 0;
    const again = (): AsyncAcquirable => recover(failing, () => (++attempts < many ? again() : null));
    const againLater = (): AsyncAcquirable =>
      recover(failing, async () => (++attempts < 2 * many ? againLater() : null) as null);
    run(() => acquire(again() as unknown as Disposable));
    await runAsync(() => acquireAsync(againLater()));
    expect(attempts).toBe(2 * many);
  });

  it("all of a million", async () => {
    const sync = new Countdown(false);
    const async = new Countdown(true);
    const million1 = (one: Countdown): Countdown[] => Array<Countdown>(million).fill(one);
    expect(run(() => acquire(all(million1(sync))))).toHaveLength(million);
    expect(await runAsync(() => acquireAsync(all(million1(async))))).toHaveLength(million);
    expect([sync.held, sync.acquired, async.held, async.acquired]).toEqual([0, million, 0, million]);
  });

  it("1e5 in parallel, of which all arrive, or every release fails, or all acquisitions", async () => {
    const group = (one: Countdown) =>
      runAsync(() => acquireAsync(all(Array<Countdown>(many).fill(one), { parallel: true })));
    const one = new Countdown(true);
    expect(await group(one)).toHaveLength(many);
    const released = new Countdown(true, "release");
    expect(chainLength((await rejectedBy(group(released))).error)).toBe(many);
    expect([one.held, released.held]).toEqual([0, 0]);
    let failures = 0;
    const failing = resource(
      () => Promise.reject(failures++),
      () => {},
    );
    const all1 = all(Array<typeof failing>(many).fill(failing), { parallel: true });
    expect(chainLength((await rejectedBy(runAsync(() => acquireAsync(all1)))).error)).toBe(many);
  });

  it("a race of 1e5", async () => {
    let arrived = 0;
    let released = 0;
    const one = resource(
      async () => arrived++,
      async () => void released++,
    );
    expect(await runAsync(() => acquireAsync(race(Array<typeof one>(many).fill(one))))).toBe(0);
    expect([arrived, released]).toEqual([many, many]);
  });
});
