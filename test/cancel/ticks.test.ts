import { expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";

const source = `
import { cancelOn, raii } from "ts-raii";
const { signal } = new AbortController();
async function waits(count) {
  "use raii";
  for (let turn = 0; turn < count; turn++) await turn;
}
export const plain = async (count) => {
  for (let turn = 0; turn < count; turn++) await turn;
};
export const unscoped = (count) => waits(count);
export async function scoped(count) {
  "use raii";
  raii(cancelOn(signal));
  for (let turn = 0; turn < count; turn++) await turn;
}
export async function after(count) {
  "use raii";
  { raii(cancelOn(signal)); }
  for (let turn = 0; turn < count; turn++) await turn;
}
`;

/** The ticks until a promise has settled. */
async function ticksOf(promise: Promise<void>): Promise<number> {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  let ticks = 0;
  while (!isSettled) {
    ticks++;
    await undefined;
  }
  return ticks;
}

it.each(lowerings)(
  "an await takes one tick more under a cancel scope, and none before and after: %s",
  async (lowering) => {
    const module = evaluate(compile(source, { lowering }).code);
    const ticks = (name: string, count: number): Promise<number> => ticksOf(module[name](count));
    for (const count of [0, 1, 7]) {
      const own = await ticks("plain", count);
      expect(await ticks("unscoped", count)).toBe(own);
      expect(await ticks("after", count)).toBe(own);
      expect(await ticks("scoped", count)).toBe(own + count);
    }
  },
);
