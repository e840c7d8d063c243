import type { Lowering } from "../harness/compile.ts";

/** A function of which a stack trace is looked at, annotated and by hand: the same places are at the same line and column. */
export interface Shape {
  readonly name: string;
  readonly annotated: string;
  readonly byHand: string;
  /** Where the frames differ: the ones there are, and why it has to be so. */
  readonly differs?: Partial<Record<Lowering, { readonly frames: readonly string[]; readonly why: string }>>;
}

const atBeginning =
  "The driver acquires and releases while the program is suspended. So the program has no frame, and that of the function stands where the function begins.";

export const shapes: readonly Shape[] = [
  {
    name: "an await",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open());
  await a.step();
  await fail();
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open(); try {
  await a.step();
  await fail();
  await a.step(); } finally {
  a[Symbol.dispose](); } }`,
  },
  {
    name: "the only await",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open());
  return a.value + (await fail());
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open(); try {
  return a.value + (await fail()); } finally {
  a[Symbol.dispose](); } }`,
  },
  {
    name: "several awaits in one expression",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  return [await a.step(), await (await a.step()).step(), (await a.step(), await fail()), await a.step()];
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  return [await a.step(), await (await a.step()).step(), (await a.step(), await fail()), await a.step()]; } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "an await whose operand is on other lines",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  await /* soon */ a.step(
    1, // one
  );
  return await (
    // now
    fail()
  );
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  await /* soon */ a.step(
    1, // one
  );
  return await (
    // now
    fail()
  ); } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "an acquisition that is rejected",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open()), b = await raii(connect());
  const c = await raii(fail());
  return [a, b, c];
}`,
    byHand: `
export async function run() {
  // by hand
  const a =       open()  , b = await      connect() ; try {
  const c = await      fail();
  return [a, b, c]; } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "an acquisition of a resource that is rejected",
    annotated: `
export async function run() {
  "use raii";
  await later();
  const a = await raii(resource(fail, () => {}));
  return a;
}`,
    byHand: `
export async function run() {
  // by hand
  await later();
  const a = await fail();
  return a;
}`,
  },
  {
    name: "an acquisition that throws at once",
    annotated: `
export async function run() {
  "use raii";
  await later();
  const a = await raii(resource(failAtOnce, () => {}));
  return a;
}`,
    byHand: `
export async function run() {
  // by hand
  await later();
  const a = failAtOnce();
  return a;
}`,
    differs: { program: { frames: ["failAtOnce 7:9", "run 2:1"], why: atBeginning } },
  },
  {
    name: "a resource made by what throws at once",
    annotated: `
export async function run() {
  "use raii";
  await later();
  const a = await raii(failAtOnce());
  return a;
}`,
    byHand: `
export async function run() {
  // by hand
  await later();
  const a =            failAtOnce() ;
  return a;
}`,
  },
  {
    name: "a release of the function that is rejected",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open("late"));
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open("late"); try {
  await a.step(); } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "a release of the function that throws at once",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open("at once"));
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open("at once"); try {
  await a.step(); } finally {
a                              [Symbol.dispose](); } }`,
    differs: {
      program: { frames: ["[Symbol.dispose] 23:42", "run 2:1"], why: atBeginning },
      inline: {
        frames: ["[Symbol.dispose] 23:42", "run 6:1"],
        why: "The place of a release is the brace.",
      },
    },
  },
  {
    name: "a release of a block that is rejected",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  for (const breaks of [undefined, "late"]) {
    const b = await raii(open(breaks));
    if (breaks) await b.step();
    if (b.value) {
      const c = await raii(connect());
      await c.step();
    }
  }
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  for (const breaks of [undefined, "late"]) {
    const b = await open(breaks); try {
    if (breaks) await b.step();
    if (b.value) {
      const c = await connect(); try {
      await c.step(); } finally {
    await c[Symbol.asyncDispose](); } } } finally {
  await b[Symbol.asyncDispose](); } }
  await a.step(); } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "a release of a block that throws at once",
    annotated: `
export async function run() {
  "use raii";
  await later();
  {
    const a = raii(open("at once"));
    await a.step();
  }
}`,
    byHand: `
export async function run() {
  // by hand
  await later();
  {
    const a = open("at once"); try {
    await a.step(); } finally {
  a                            [Symbol.dispose](); } } }`,
    differs: {
      program: { frames: ["[Symbol.dispose] 23:42", "run 8:3"], why: "The place of a release is the brace." },
      inline: { frames: ["[Symbol.dispose] 23:42", "run 8:3"], why: "The place of a release is the brace." },
    },
  },
  {
    name: "a release that is awaited, and throws at once",
    annotated: `
export async function run() {
  "use raii";
  await later();
  {
    const a = await raii(resource(open, failAtOnce));
    await a.step();
  }
}`,
    byHand: `
export async function run() {
  // by hand
  await later();
  {
    const a = open(); try {
    await a.step(); } finally {
  failAtOnce(); } } }`,
    differs: { program: { frames: ["failAtOnce 7:9", "run 2:1"], why: atBeginning } },
  },
  {
    name: "an error that is thrown after an await",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  await a.step();
  if (a.value) {
    failAtOnce();
  }
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  await a.step();
  if (a.value) {
    failAtOnce();
  } } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "an error that is thrown before the first await",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open());
  failAtOnce();
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open(); try {
  failAtOnce();
  await a.step(); } finally {
a[Symbol.dispose](); } }`,
  },
  {
    name: "a function that awaits nothing",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open());
  if (a.value) failAtOnce();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open(); try {
  if (a.value) failAtOnce(); } finally {
a[Symbol.dispose](); } }`,
  },
  {
    name: "functions that await each other",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  await middle();
  return a;
}
async function middle() {
  "use raii";
  const a = raii(open());
  for (let i = 0; i < 3; i++) {
    await a.step();
    if (i === 1) return await inner();
  }
}
const inner = async () => {
  "use raii";
  const a = raii(open());
  await a.step();
  await fail();
};`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  await middle();
  return a; } finally {
await a[Symbol.asyncDispose](); } }
async function middle() {
  // by hand
  const a = open(); try {
  for (let i = 0; i < 3; i++) {
    await a.step();
    if (i === 1) return await inner();
  } } finally {
a[Symbol.dispose](); } }
const inner = async () => {
  // by hand
  const a = open(); try {
  await a.step();
  await fail(); } finally {
a[Symbol.dispose](); } };`,
  },
  {
    name: "methods",
    annotated: `
class Client {
  value = 1;
  async send() {
    "use raii";
    const a = await raii(open());
    await this.#send(a);
  }
  async #send(a) {
    "use raii";
    raii(open());
    await a.step();
    await Client.send(this.value);
  }
  static async send(value) {
    "use raii";
    raii(open());
    await fail(value);
  }
}
export const run = () => new Client().send();`,
    byHand: `
class Client {
  value = 1;
  async send() {
    // by hand
    const a = await open(); try {
    await this.#send(a); } finally {
  await a[Symbol.asyncDispose](); } }
  async #send(a) {
    // by hand
    open();
    await a.step();
    await Client.send(this.value);
  }
  static async send(value) {
    // by hand
    open();
    await fail(value);
  }
}
export const run = () => new Client().send();`,
  },
  {
    name: "closures",
    annotated: `
export async function run() {
  "use raii";
  const a = raii(open());
  const step = async (count) => {
    "use raii";
    raii(open());
    await a.step();
    if (count > 0) await step(count - 1);
    else await fail();
  };
  const object = {
    async step() {
      "use raii";
      raii(a);
      await later();
      await step(1);
    },
  };
  await later();
  await object.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = open();
  const step = async (count) => {
    // by hand
    open();
    await a.step();
    if (count > 0) await step(count - 1);
    else await fail();
  };
  const object = {
    async step() {
      // by hand
      open();
      await later();
      await step(1);
    },
  };
  await later();
  await object.step();
}`,
  },
  {
    name: "an arrow function with an expression for body",
    annotated: `
export const run =
  /** @raii */ async () =>
    (await raii(open())).value + (await fail());`,
    byHand: `
export const run =
  /* by hand */ async () =>
    (await      open() ).value + (await fail());`,
  },
  {
    name: "a default parameter that throws",
    annotated: `
export async function run(a = 1, b = failAtOnce()) {
  "use raii";
  raii(open());
  await later(a, b);
}`,
    byHand: `
export async function run(a = 1, b = failAtOnce()) {
  // by hand
  open();
  await later(a, b);
}`,
  },
  {
    name: "a default parameter that is awaited",
    annotated: `
export async function run(a = fail()) {
  "use raii";
  raii(open());
  await a;
}`,
    byHand: `
export async function run(a = fail()) {
  // by hand
  open();
  await a;
}`,
  },
  {
    name: "for await, over what fails",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  for await (const value of stream(2)) {
    await a.step(value);
  }
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  for await (const value of stream(2)) {
    await a.step(value);
  } } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "for await, with a pattern and without a declaration",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  for await (const { length } of stream()) await a.step(length);
  for await (a.value of stream(1)) await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  for await (const { length } of stream()) await a.step(length);
  for await (a.value of stream(1)) await a.step(); } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "for await, in its body",
    annotated: `
export async function run() {
  "use raii";
  for await (const value of stream()) {
    const a = await raii(open());
    await a.step();
    if (value === 1) await fail();
  }
}`,
    byHand: `
export async function run() {
  // by hand
  for await (const value of stream()) {
    const a = await open(); try {
    await a.step();
    if (value === 1) await fail(); } finally {
  await a[Symbol.asyncDispose](); } } }`,
  },
  {
    name: "for await, whose iterator closes badly",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  for await (const value of closesBadly()) {
    if (value) return a;
  }
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  for await (const value of closesBadly()) {
    if (value) return a;
  } } finally {
await a[Symbol.asyncDispose](); } }`,
    differs: {
      program: {
        frames: ["fail 4:9", "run 7:3"],
        why: "V8 awaits the closing at the jump that leaves the loop. A program has one place for that, the end of the loop.",
      },
    },
  },
  {
    name: "try, catch and finally",
    annotated: `
export async function run() {
  "use raii";
  const a = await raii(open());
  try {
    await a.step();
    await fail();
  } catch {
    await a.step();
  } finally {
    await a.step();
    await fail();
  }
}`,
    byHand: `
export async function run() {
  // by hand
  const a = await open(); try {
  try {
    await a.step();
    await fail();
  } catch {
    await a.step();
  } finally {
    await a.step();
    await fail();
  } } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "await using",
    annotated: `
export async function run() {
  "use raii";
  raii(open());
  await using a = await connect("late");
  await a.step();
}`,
    byHand: `
export async function run() {
  // by hand
  open();
  const     a =   await connect("late"); try {
  await a.step(); } finally {
await a[Symbol.asyncDispose](); } }`,
  },
  {
    name: "a synchronous function",
    annotated: `
export function run() {
  "use raii";
  const a = raii(open());
  for (const value of [a.value]) {
    const b = raii(open());
    if (value) failAtOnce(b);
  }
}`,
    byHand: `
export function run() {
  // by hand
  const a = open(); try {
  for (const value of [a.value]) {
    const b = open(); try {
    if (value) failAtOnce(b); } finally { b[Symbol.dispose](); }
  } } finally {
a[Symbol.dispose](); } }`,
  },
  {
    name: "a synchronous function whose acquisition throws",
    annotated: `
export function run() {
  "use raii";
  const a = raii(resource(failAtOnce, () => {}));
  return a;
}`,
    byHand: `
export function run() {
  // by hand
  const a = failAtOnce();
  return a;
}`,
    differs: { program: { frames: ["failAtOnce 7:9", "run 2:1"], why: atBeginning } },
  },
];
