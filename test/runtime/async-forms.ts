import { shapeOf } from "./traced.ts";

/**
 * One async function as data, so that it can be written in every form there is: with `await using`, with what the standard
 * says `await using` does, and in the shapes that are emitted for `await raii(…)`.
 */
export type Step =
  | { readonly use: Kind; readonly how: "sync" | "async" }
  | { readonly do: "await" | "await rejected" | "await value" }
  | { readonly block: readonly Step[]; readonly caught: boolean }
  | { readonly end: "throw" | "return" | "return promise" | "break" };

/** What is acquired. The first three are disposed of synchronously. */
export type Kind =
  "null" | "sync" | "sync throws" | "async" | "slow" | "thenable" | "returns nothing" | "throws" | "rejects";

/** What the written functions are given. */
interface World {
  make(kind: Kind, id: number): object | null;
  log(entry: string): void;
}

type Written = (world: World, lib: object) => Promise<unknown>;

/** How a form says each thing; the rest of a function is the same in all. */
interface Form {
  acquire(value: string, how: "sync" | "async", scope: string): string;
  wait(value: string): string;
  block(body: string, scope: string, isAsync: boolean): string;
  /** Makes an async function `main(world, lib)` of the block that is its body. */
  main(body: string, isAsync: boolean): string;
}

function body(steps: readonly Step[], form: Form, next: { id: number }, scope: string): string {
  return steps
    .map((step) => {
      const id = next.id++;
      if ("use" in step)
        return form.acquire(`world.make(${JSON.stringify(step.use)}, ${id})`, step.how, scope);
      if ("do" in step) {
        const value = {
          await: "Promise.resolve()",
          "await rejected": `Promise.reject("rejected ${id}")`,
          "await value": "1",
        }[step.do];
        return `${form.wait(value)}; world.log("went on ${id}");`;
      }
      if ("end" in step) {
        const ways = {
          throw: `throw "thrown ${id}";`,
          return: `return "returned ${id}";`,
          "return promise": `return Promise.resolve("returned ${id}");`,
          break: scope === "scope" ? "" : `break ${scope}_end;`,
        };
        return `if (world.log("end ${id}") === undefined) ${ways[step.end] || "{}"}`;
      }
      const inner = `scope_${id}`;
      const isAsync = step.block.some((each) => "use" in each && each.how === "async");
      const block = form.block(body(step.block, form, next, inner), inner, isAsync);
      const labelled = `${inner}_end: { ${block} } world.log("after ${id}");`;
      return step.caught ? `try { ${labelled} } catch (e) { world.log("caught " + lib.show(e)); }` : labelled;
    })
    .join("\n");
}

function write(steps: readonly Step[], form: Form): Written {
  const isAsync = steps.some((each) => "use" in each && each.how === "async");
  const source = form.main(body(steps, form, { id: 0 }, "scope"), isAsync);
  return new Function(`"use strict"; ${source}; return main;`)() as Written;
}

const native: Form = {
  acquire: (value, how) =>
    `${how === "async" ? "await using" : "using"} r${value.match(/\d+/)![0]} = ${value};`,
  wait: (value) => `await ${value}`,
  block: (inner) => `{ ${inner} }`,
  main: (inner) => `async function main(world, lib) { ${inner} }`,
};

/** DisposeResources of the standard, line by line, and awaiting in the very function that it belongs to. */
const reference: Form = {
  acquire: (value, how, scope) => `lib.add(${scope}_stack, ${value}, "${how}");`,
  wait: (value) => `await ${value}`,
  block: (inner, scope) => `
    const ${scope}_stack = [];
    let ${scope} = { type: "normal" };
    try { ${inner} } catch (e) { ${scope} = { type: "throw", value: e }; } finally {
      let needsAwait = false;
      let hasAwaited = false;
      for (const { value, hint, method } of ${scope}_stack.reverse()) {
        if (hint === "sync" && needsAwait && !hasAwaited) {
          await undefined;
          needsAwait = false;
        }
        if (method !== undefined) {
          let result;
          try { result = { type: "normal", value: method.call(value) }; } catch (e) { result = { type: "throw", value: e }; }
          if (result.type === "normal" && hint === "async") {
            try { await result.value; } catch (e) { result = { type: "throw", value: e }; }
            hasAwaited = true;
          }
          if (result.type === "throw")
            ${scope} = ${scope}.type === "throw"
              ? { type: "throw", value: lib.combine(result.value, ${scope}.value) }
              : result;
        } else needsAwait = true;
      }
      if (needsAwait && !hasAwaited) await undefined;
      if (${scope}.type === "throw") throw ${scope}.value;
    }`,
  main: (inner, isAsync) => `async function main(world, lib) { ${reference.block(inner, "scope", isAsync)} }`,
};

/** GetDisposeMethod and AddDisposableResource of the standard. */
function add(stack: object[], value: Record<symbol, unknown> | null, hint: "sync" | "async"): void {
  if (value === null) {
    if (hint === "async") stack.push({ value, hint, method: undefined });
    return;
  }
  let method = hint === "async" ? value[Symbol.asyncDispose] : value[Symbol.dispose];
  if (hint === "async" && (method === undefined || method === null)) {
    const dispose = value[Symbol.dispose] as () => unknown;
    method = function (this: unknown) {
      try {
        dispose.call(this);
        return Promise.resolve(undefined);
      } catch (error) {
        return Promise.reject(error);
      }
    };
  }
  if (typeof method !== "function") throw new TypeError();
  stack.push({ value, hint, method });
}

/** A program and the async function that owns it, as they are emitted. */
const emitted: Form = {
  acquire: (value, how, scope) => {
    if (scope === "scope") return how === "async" ? `yield lib.request(${value});` : `yield ${value};`;
    return `yield ${scope}.take(${how === "async" ? `lib.request(${value})` : value});`;
  },
  wait: (value) => `yield lib.wait(${value})`,
  block: (inner, scope, isAsync) => `
    const ${scope} = ${isAsync ? "new lib.AsyncScope()" : "lib.raii.scope()"};
    ${scope}_leave: try { ${inner} } catch (e) { ${scope}.fail(e); } finally {
      if (${isAsync ? `yield lib.leave(${scope})` : `${scope}.exit()`}) break ${scope}_leave;
    }`,
  main: (inner) => `
    function* program(world, lib) { ${inner} }
    async function main(world, lib) {
      const driver = new lib.AsyncDriver(program(world, lib));
      while (driver.waits()) try { driver.value = await driver.awaited; } catch (e) { driver.fail(e); }
      return driver.result();
    }`,
};

const byHand: Form = {
  ...emitted,
  acquire: (value, how, scope) => {
    if (scope !== "scope") return emitted.acquire(value, how, scope);
    return `yield* lib.${how === "async" ? "acquireAsync" : "acquire"}(${value});`;
  },
  wait: (value) => `yield* lib.awaited(${value})`,
  main: (inner) => `const main = (world, lib) => lib.runAsync(function* () { ${inner} });`,
};

const inline: Form = {
  acquire: (value, how, scope) =>
    how === "async"
      ? `(${scope}.request(${value}) && ${scope}.receive(await ${scope}.awaited) && ${scope}.receive(await ${scope}.awaited), ${scope}.handle);`
      : `${scope}.acquire(${value});`,
  wait: (value) => `await ${value}`,
  block: (inner, scope, isAsync) => `
    const ${scope} = ${isAsync ? "new lib.AsyncScope()" : "lib.raii.scope()"};
    ${scope}_leave: try { ${inner} } catch (e) { ${scope}.fail(e); } finally {
      ${isAsync ? `while (${scope}.unwind()) try { await ${scope}.awaited; } catch (e) { ${scope}.fail(e); }` : ""}
      if (${scope}.exit()) break ${scope}_leave;
    }`,
  main: (inner, isAsync) => `async function main(world, lib) { ${inline.block(inner, "scope", isAsync)} }`,
};

export const forms = { native, reference, emitted, byHand, inline };

/** Notes the number of the microtask in which each thing happened, and what the promise settled with, and when. */
export async function ticksOf(steps: readonly Step[], form: Form, runtime: object): Promise<string[]> {
  const noted: string[] = [];
  let tick = 0;
  let isOver = false;
  const beat = (): void => {
    tick++;
    if (!isOver) queueMicrotask(beat);
  };
  const log = (entry: string): void => void noted.push(`${tick}: ${entry}`);
  const lib = { ...runtime, add, combine, show };
  const main = write(steps, form);
  queueMicrotask(beat);
  const running = main({ make: (kind, id) => make(kind, id, log), log }, lib);
  log("called");
  await running.then(
    (value) => log(`gave ${String(value)}`),
    (error: unknown) => log(`threw ${show(error)}`),
  );
  isOver = true;
  return noted;
}

const show = (error: unknown): string =>
  error instanceof TypeError ? error.name : JSON.stringify(shapeOf(error));

const combine = (error: unknown, suppressed: unknown): Error =>
  Object.assign(new Error(), { name: "SuppressedError", error, suppressed });

function make(kind: Kind, id: number, log: (entry: string) => void): object | null {
  log(`make ${id}`);
  const release = (): void => log(`release ${id}`);
  const fail = (): never => {
    release();
    throw `release ${id}`;
  };
  switch (kind) {
    case "null":
      return null;
    case "sync": // what it returns is not awaited, not even where it stands in for asyncDispose
      return { [Symbol.dispose]: () => (release(), new Promise(() => {})) };
    case "sync throws":
      return { [Symbol.dispose]: fail };
    case "async":
      return disposable(async () => release());
    case "slow":
      return disposable(async () => {
        release();
        for (let i = 0; i < 3; i++) await undefined;
        log(`released ${id}`);
      });
    case "thenable":
      return disposable(() => ({
        then(resolve: () => void) {
          release();
          queueMicrotask(resolve);
        },
      }));
    case "returns nothing":
      return disposable(release);
    case "throws":
      return disposable(fail);
    case "rejects":
      return disposable(async () => fail());
  }
}

/** It has both methods, as so many have, so that it can be acquired in either way. */
function disposable(asyncDispose: () => unknown): object {
  return { [Symbol.asyncDispose]: asyncDispose, [Symbol.dispose]() {} };
}
