import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ClosedError, pool, resource, TimeoutError } from "../../runtime/index.ts";
import { ticks } from "../runtime/traced.ts";
import { failed, succeeded, take } from "./borrowing.ts";

type Schedule = (label: string) => Promise<unknown>;

/** The items of a pool, and what must never happen to them. */
class Watched {
  /** Those that are acquired, being acquired or being released. */
  readonly alive = new Set<number>();
  readonly lent = new Set<number>();
  private count = 0;
  released = 0;

  constructor(
    private readonly schedule: Schedule,
    private readonly max: number,
    private readonly chance: (step: string) => number,
  ) {}

  readonly resource = resource(
    async () => {
      const number = ++this.count;
      this.alive.add(number);
      expect(this.alive.size).toBeLessThanOrEqual(this.max);
      await this.schedule(`acquire ${number}`);
      if (this.chance(`acquire ${number}`) === 0) {
        this.alive.delete(number);
        throw `refused ${number}`;
      }
      return number;
    },
    async (number) => {
      expect(this.lent.has(number)).toBe(false);
      await this.schedule(`release ${number}`);
      expect(this.alive.delete(number)).toBe(true); // exactly once
      this.released++;
      if (this.chance(`release ${number}`) === 0) throw `not released ${number}`;
    },
  );

  readonly validate = async (number: number): Promise<boolean> => {
    expect([this.alive.has(number), this.lent.has(number)]).toEqual([true, false]);
    await this.schedule(`validate ${number}`);
    const chance = this.chance(`validate ${number} ${this.released}`);
    if (chance === 0) throw `broken ${number}`;
    return chance !== 1;
  };

  lend(number: number): void {
    expect([this.alive.has(number), this.lent.has(number)]).toEqual([true, false]); // nobody else has it
    this.lent.add(number);
  }
}

describe("pool, under every order of events", () => {
  it("never more than max, never lent twice at once, released once, in order, nobody forgotten", async () => {
    let served = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({
          max: fc.integer({ min: 1, max: 3 }),
          borrowers: fc.integer({ min: 1, max: 7 }),
          rounds: fc.integer({ min: 1, max: 2 }),
          closeAfter: fc.integer({ min: 0, max: 30 }),
          validates: fc.boolean(),
          discardOnFailure: fc.boolean(),
        }),
        fc.func(fc.integer({ min: 0, max: 5 })),
        async (scheduler, { max, borrowers, rounds, closeAfter, validates, discardOnFailure }, chance) => {
          const schedule: Schedule = (label) => scheduler.schedule(Promise.resolve(), label);
          const watched = new Watched(schedule, max, chance);
          const errors: unknown[] = [];
          const owner = await take(
            pool(watched.resource, {
              max,
              discardOnFailure,
              validate: validates ? watched.validate : undefined,
              onError: (error) => errors.push(error),
            }),
          );
          const came: string[] = [];
          const settled: string[] = [];
          let isClosed = false;

          const borrow = async (name: string): Promise<void> => {
            await schedule(`${name} comes`);
            const cameLate = isClosed;
            came.push(name);
            let loan: Awaited<ReturnType<typeof take<typeof owner.handle>>>;
            try {
              loan = await take(owner.handle);
            } catch (error) {
              settled.push(name);
              if (error instanceof ClosedError) expect(isClosed).toBe(true);
              else expect(String(error)).toMatch(/^refused/);
              return;
            }
            settled.push(name);
            expect(cameLate).toBe(false);
            const number = loan.handle;
            watched.lend(number);
            served++;
            await schedule(`${name} uses ${number}`);
            expect(watched.alive.has(number)).toBe(true);
            watched.lent.delete(number);
            await loan.release(chance(`${name} fails`) === 0 ? failed(name) : succeeded);
          };
          const borrowing = Array.from({ length: borrowers }, async (_, at) => {
            for (let round = 0; round < rounds; round++) await borrow(`${at}.${round}`);
          });
          const closing = (async () => {
            for (let step = 0; step < closeAfter; step++) await schedule("the owner waits");
            isClosed = true;
            try {
              await owner.release(succeeded);
            } catch (error) {
              errors.push(error);
            }
            expect([owner.handle.size, owner.handle.idle, owner.handle.waiting]).toEqual([0, 0, 0]);
            expect([watched.alive.size, watched.lent.size]).toEqual([0, 0]);
            return watched.released;
          })();
          // It would wait for ever, and the scheduler say so, if anybody were forgotten.
          const [released] = (await scheduler.waitFor(Promise.all([closing, ...borrowing]))) as [number];
          expect(watched.released).toBe(released); // nothing came after the owner's end
          expect(settled).toEqual(came);
          for (const error of errors) expect(String(error)).not.toMatch(/Assertion/);
        },
      ),
      { numRuns: 1500 },
    );
    expect(served).toBeGreaterThan(1000);
  });
});

const action = fc.record({
  do: fc.constantFrom(
    "take" as const,
    "take" as const,
    "give back" as const,
    "fail" as const,
    "wait" as const,
  ),
  at: fc.nat(50),
});

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly idle: number;
  readonly acquireTimeout: number;
}

/** What a pool does, said as simply as can be: time in steps, and every step done at once. */
class Reference {
  readonly trace: string[] = [];
  private now = 0;
  private count = 0;
  private readonly idle: { readonly item: number; readonly until: number }[] = [];
  private readonly lent: number[] = [];
  private readonly waiting: { readonly name: number; readonly until: number }[] = [];

  constructor(private readonly limits: Limits) {
    while (this.size < limits.min) this.idle.push({ item: this.acquire(), until: Infinity });
  }

  private get size(): number {
    return this.idle.length + this.lent.length;
  }

  private acquire(): number {
    this.trace.push(`+${++this.count}`);
    return this.count;
  }

  private serve(): void {
    while (this.waiting.length > 0) {
      const item = this.idle.pop()?.item ?? (this.size < this.limits.max ? this.acquire() : undefined);
      if (item === undefined) return;
      this.trace.push(`${this.waiting.shift()!.name} has ${item}`);
      this.lent.push(item);
    }
  }

  take(name: number): void {
    this.waiting.push({ name, until: this.now + this.limits.acquireTimeout });
    this.serve();
  }

  giveBack(at: number, hasFailed: boolean): void {
    const [item] = this.lent.splice(at % Math.max(this.lent.length, 1), 1);
    if (item === undefined) return;
    if (hasFailed) this.trace.push(`-${item}`);
    else this.idle.push({ item, until: this.now + this.limits.idle });
    this.serve();
    while (this.size < this.limits.min) {
      this.idle.push({ item: this.acquire(), until: this.now + this.limits.idle });
    }
  }

  /** One millisecond. */
  step(): void {
    this.now++;
    for (const each of [...this.waiting]) {
      if (each.until > this.now) continue;
      this.waiting.splice(this.waiting.indexOf(each), 1);
      this.trace.push(`${each.name} gives up`);
    }
    for (const each of [...this.idle]) {
      if (each.until !== this.now || this.size <= this.limits.min) continue;
      this.idle.splice(this.idle.indexOf(each), 1);
      this.trace.push(`-${each.item}`);
    }
  }

  close(): void {
    for (const { name } of this.waiting.splice(0)) this.trace.push(`${name} is turned away`);
    for (const { item } of this.idle.splice(0).reverse()) this.trace.push(`-${item}`);
    for (const item of this.lent.splice(0)) this.trace.push(`-${item}`);
  }
}

describe("pool, by the clock", () => {
  it("random borrowing and waiting against a reference: who has what when, and when it is released", async () => {
    vi.useFakeTimers();
    await fc.assert(
      fc.asyncProperty(
        fc
          .record({
            min: fc.integer({ min: 0, max: 3 }),
            max: fc.integer({ min: 1, max: 4 }),
            idle: fc.integer({ min: 1, max: 60 }),
            acquireTimeout: fc.integer({ min: 1, max: 60 }),
          })
          .filter(({ min, max }) => min <= max),
        fc.array(action, { maxLength: 40 }),
        async (limits, actions) => {
          const expected = new Reference(limits);
          const trace: string[] = [];
          let count = 0;
          const items = resource(
            () => {
              trace.push(`+${++count}`);
              return count;
            },
            (item) => trace.push(`-${item}`),
          );
          const owner = await take(pool(items, { ...limits, discardOnFailure: true }));
          const loans: Awaited<ReturnType<typeof take<typeof owner.handle>>>[] = [];
          const borrow = async (name: number): Promise<void> => {
            try {
              const loan = await take(owner.handle);
              trace.push(`${name} has ${loan.handle}`);
              loans.push(loan);
            } catch (error) {
              const why = error instanceof TimeoutError ? "gives up" : "is turned away";
              trace.push(`${name} ${why}`);
            }
          };
          const settle = () => ticks(40);

          for (const [name, { do: what, at }] of actions.entries()) {
            if (what === "wait") {
              for (let step = 0; step < at; step++) {
                vi.advanceTimersByTime(1);
                await settle();
                expected.step();
              }
            } else if (what === "take") {
              void borrow(name);
              expected.take(name);
            } else {
              const [loan] = loans.splice(at % Math.max(loans.length, 1), 1);
              loan?.release(what === "fail" ? failed(name) : succeeded);
              expected.giveBack(at, what === "fail");
            }
            await settle();
            expect(trace).toEqual(expected.trace);
          }
          const ending = owner.release(succeeded);
          await settle();
          for (const loan of loans.splice(0)) loan.release(succeeded);
          await ending;
          expected.close();
          expect(trace).toEqual(expected.trace);
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
    vi.useRealTimers();
  });
});
