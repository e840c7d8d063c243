import { expect, it } from "vitest";
import { cancelOn } from "../../runtime/cancel/cancel-on.ts";
import { deadline } from "../../runtime/cancel/deadline.ts";
import { shield } from "../../runtime/cancel/shield.ts";
import { acquire, awaited, resource, runAsync } from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";

it("after a cancelled scope nothing keeps handles, reasons or locals, while the promise that was left lives (S10)", async () => {
  const refs: Record<string, WeakRef<object>> = {};
  const note = (name: string): Error => {
    const value = new Error(name);
    refs[name] = new WeakRef(value);
    return value;
  };
  const pending = new Promise(() => {});
  const { signal } = new AbortController();
  await (async () => {
    const controller = new AbortController();
    const run = runAsync(function* (): Generator<any, void, any> {
      yield* acquire(cancelOn(signal)); // lives on
      yield* acquire(deadline(1_000));
      yield* acquire(shield());
      yield* acquire(cancelOn(controller.signal));
      const handle = yield* acquire(
        resource(
          () => note("handle"),
          () => {},
        ),
      );
      const local = note("local");
      yield* awaited(pending);
      void [handle, local];
    });
    controller.abort(note("reason"));
    await run.catch(() => {});
  })();
  await new Promise((resolve) => void setTimeout(resolve, 5));
  expect(await alive(refs)).toEqual([]);
  void [pending, signal];
});
