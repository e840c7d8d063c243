import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClosedError, resource, sharedBy } from "../../runtime/index.ts";
import { succeeded, take } from "./borrowing.ts";

/** What happens to the shared things of one key, and what must never. */
class Watched {
  private readonly alive = new Set<number>();
  private count = 0;
  readonly log: string[] = [];
  /** Handles that somebody has. */
  readonly lent: number[] = [];

  constructor(readonly schedule: (label: string) => Promise<unknown>) {}

  readonly resource = (acquireFails: (attempt: number) => boolean) =>
    resource(
      async () => {
        const number = ++this.count;
        expect([...this.alive]).toEqual([]); // never two at the same time
        this.alive.add(number);
        this.log.push(`acquiring ${number}`);
        await this.schedule(`acquire ${number}`);
        if (acquireFails(number)) {
          this.alive.delete(number);
          this.log.push(`failed ${number}`);
          throw `refused ${number}`;
        }
        return number;
      },
      async (number) => {
        expect(this.lent).not.toContain(number);
        this.log.push(`releasing ${number}`);
        await this.schedule(`release ${number}`);
        expect(this.alive.delete(number)).toBe(true); // exactly once
        this.log.push(`released ${number}`);
      },
    );

  has(number: number): boolean {
    return this.alive.has(number);
  }

  get isEmpty(): boolean {
    return this.alive.size === 0;
  }
}

const borrower = fc.record({ key: fc.constantFrom("a", "b"), rounds: fc.integer({ min: 1, max: 3 }) });

describe("shared, under every order of events", () => {
  it("property 38: one at a time, lent only while it is alive, released once, nobody forgotten", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(borrower, { minLength: 1, maxLength: 6 }),
        fc.func(fc.integer({ min: 0, max: 3 })),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(undefined, Infinity),
        async (scheduler, borrowers, chance, closeAfter, idle) => {
          const schedule = (label: string) => scheduler.schedule(Promise.resolve(), label);
          const watched = { a: new Watched(schedule), b: new Watched(schedule) };
          const make = (key: "a" | "b") => watched[key].resource((attempt) => chance(key, attempt) === 0);
          const owner = await take(sharedBy(make, { idle }));
          let isClosed = false;

          const borrow = async (key: "a" | "b", name: string): Promise<void> => {
            await schedule(`${name} comes`);
            const cameLate = isClosed;
            const { lent } = watched[key];
            let loan: Awaited<ReturnType<typeof take<ReturnType<typeof make>>>>;
            try {
              loan = await take(owner.handle.get(key));
            } catch (error) {
              if (error instanceof ClosedError) expect(isClosed).toBe(true);
              else expect(String(error)).toMatch(/^refused/);
              return;
            }
            expect(cameLate).toBe(false);
            const number = loan.handle;
            lent.push(number);
            expect(watched[key].has(number)).toBe(true);
            await schedule(`${name} uses ${number}`);
            expect(watched[key].has(number)).toBe(true);
            lent.splice(lent.indexOf(number), 1);
            await loan.release(succeeded);
          };
          const borrowing = borrowers.map(async ({ key, rounds }, at) => {
            for (let round = 0; round < rounds; round++) await borrow(key as "a", `${at}.${round}`);
          });
          const closing = (async () => {
            for (let step = 0; step < closeAfter; step++) await schedule("the owner waits");
            isClosed = true;
            await owner.release(succeeded);
            expect([watched.a.isEmpty, watched.b.isEmpty, owner.handle.size]).toEqual([true, true, 0]);
            return [...watched.a.log, ...watched.b.log].length;
          })();
          // It would wait for ever, and the scheduler say so, if anybody were forgotten.
          const [logged] = (await scheduler.waitFor(Promise.all([closing, ...borrowing]))) as [number];
          expect([...watched.a.log, ...watched.b.log].length).toBe(logged); // nothing came after the owner's end
        },
      ),
      { numRuns: 1000 },
    );
  });
});
