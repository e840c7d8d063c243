/**
 * The kinds of functions, and what happens in them. Each is a file: `//=` gives what stands on the same line where the
 * function is written by hand, so that the lines of both can be compared. `call` is what the debugger runs.
 */
export interface Shape {
  readonly name: string;
  readonly text: string;
}

const helpers = `
function open(name: string) {
  return {
    name,
    use(): string {
      return this.name;
    },
    [Symbol.dispose](): void {
      log.push(name);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      log.push(name);
    },
  };
}
async function later<T>(value: T): Promise<T> {
  return value;
}
const log: string[] = [];
`;

const shape = (name: string, text: string): Shape => ({
  name,
  text: `import { raii } from "ts-raii"; //=\n${text}${helpers}`,
});

const callSync = `
export function call(): unknown {
  const value = work();
  return value;
}
`;
const callAsync = `
export async function call(): Promise<unknown> {
  const value = await work();
  return value;
}
`;

export const shapes: readonly Shape[] = [
  shape(
    "sync function",
    `
function work(): string {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  const name = a.use();
  return name;
} //= } finally { a[Symbol.dispose](); } }
${callSync}`,
  ),
  shape(
    "two resources",
    `
function work(): string {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  const b = raii(open("b")); //= const b = open("b"); try {
  const name = a.use() + b.use();
  return name;
} //= } finally { b[Symbol.dispose](); } } finally { a[Symbol.dispose](); } }
${callSync}`,
  ),
  shape(
    "no return",
    `
function work(): void {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  a.use();
} //= } finally { a[Symbol.dispose](); } }
${callSync}`,
  ),
  shape(
    "async function",
    `
async function work(): Promise<string> {
  "use raii"; //=
  const a = await raii(open("a")); //= const a = open("a"); try {
  const name = await later(a.use());
  return name;
} //= } finally { await a[Symbol.asyncDispose](); } }
${callAsync}`,
  ),
  shape(
    "async function, synchronous resource",
    `
async function work(): Promise<string> {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  const name = await later(a.use());
  return name;
} //= } finally { a[Symbol.dispose](); } }
${callAsync}`,
  ),
  shape(
    "async function, promise of a resource",
    `
async function work(): Promise<string> {
  "use raii"; //=
  const a = await raii(later(open("a"))); //= const a = await later(open("a")); try {
  await later(1);
  return await later(a.use());
} //= } finally { await a[Symbol.asyncDispose](); } }
${callAsync}`,
  ),
  shape(
    "method",
    `
class Store {
  prefix = "x";
  work(): string {
    "use raii"; //=
    const a = raii(open("a")); //= const a = open("a"); try {
    const name = this.prefix + a.use();
    return name;
  } //= } finally { a[Symbol.dispose](); } }
}
const work = (): string => new Store().work();
${callSync}`,
  ),
  shape(
    "method with a private name",
    `
class Store {
  #prefix = "x";
  work(): string {
    "use raii"; //=
    const a = raii(open("a")); //= const a = open("a"); try {
    const name = this.#prefix + a.use();
    return name;
  } //= } finally { a[Symbol.dispose](); } }
}
const work = (): string => new Store().work();
${callSync}`,
  ),
  shape(
    "async method",
    `
class Store {
  prefix = "x";
  async work(): Promise<string> {
    "use raii"; //=
    const a = await raii(open("a")); //= const a = open("a"); try {
    const name = this.prefix + (await later(a.use()));
    return name;
  } //= } finally { await a[Symbol.asyncDispose](); } }
}
const work = (): Promise<string> => new Store().work();
${callAsync}`,
  ),
  shape(
    "arrow function",
    `
const work = (): string => {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  const name = a.use();
  return name;
}; //= } finally { a[Symbol.dispose](); } };
${callSync}`,
  ),
  shape(
    "async arrow function",
    `
const work = async (): Promise<string> => {
  "use raii"; //=
  const a = await raii(open("a")); //= const a = open("a"); try {
  const name = await later(a.use());
  return name;
}; //= } finally { await a[Symbol.asyncDispose](); } };
${callAsync}`,
  ),
  shape(
    "constructor",
    `
class Store {
  name: string;
  constructor() {
    "use raii"; //=
    const a = raii(open("a")); //= const a = open("a"); try {
    this.name = a.use();
  } //= } finally { a[Symbol.dispose](); } }
}
const work = (): string => new Store().name;
${callSync}`,
  ),
  shape(
    "generator",
    `
function* work(): Generator<string> {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  yield a.use();
  yield "second";
} //= } finally { a[Symbol.dispose](); } }

export function call(): unknown {
  for (const name of work()) {
    log.push(name);
  }
  return log;
}
`,
  ),
  shape(
    "generator that is closed",
    `
function* work(): Generator<string> {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  yield a.use();
  yield "second";
} //= } finally { a[Symbol.dispose](); } }

export function call(): unknown {
  for (const name of work()) {
    log.push(name);
    break;
  }
  return log;
}
`,
  ),
  shape(
    "async generator",
    `
async function* work(): AsyncGenerator<string> {
  "use raii"; //=
  const a = await raii(open("a")); //= const a = open("a"); try {
  yield a.use();
  yield "second";
} //= } finally { await a[Symbol.asyncDispose](); } }

export async function call(): Promise<unknown> {
  for await (const name of work()) {
    log.push(name);
  }
  return log;
}
`,
  ),
  shape(
    "nested block",
    `
function work(): string {
  "use raii"; //=
  let name = "";
  {
    const a = raii(open("a")); //= const a = open("a"); try {
    name = a.use();
  } //= } finally { a[Symbol.dispose](); } }
  return name;
}
${callSync}`,
  ),
  shape(
    "nested block of an async function",
    `
async function work(): Promise<string> {
  "use raii"; //=
  let name = "";
  {
    const a = await raii(open("a")); //= const a = open("a"); try {
    name = await later(a.use());
  } //= } finally { await a[Symbol.asyncDispose](); } }
  return name;
}
${callAsync}`,
  ),
  shape(
    "loop",
    `
function work(): string {
  "use raii"; //=
  let names = "";
  for (const name of ["a", "b", "c", "d"]) {
    const each = raii(open(name)); //= const each = open(name); try {
    if (name === "b") continue;
    if (name === "c") break;
    names += each.use();
  } //= } finally { each[Symbol.dispose](); } }
  return names;
}
${callSync}`,
  ),
  shape(
    "async loop",
    `
async function work(): Promise<string> {
  "use raii"; //=
  let names = "";
  for (const name of ["a", "b"]) {
    const each = await raii(open(name)); //= const each = open(name); try {
    names += await later(each.use());
  } //= } finally { await each[Symbol.asyncDispose](); } }
  return names;
}
${callAsync}`,
  ),
  shape(
    "for await",
    `
async function work(): Promise<string> {
  "use raii"; //=
  let names = "";
  const a = raii(open("a")); //= const a = open("a"); try {
  for await (const name of ["a", "b"]) {
    names += name;
  }
  return names;
} //= } finally { a[Symbol.dispose](); } }
${callAsync}`,
  ),
  shape(
    "early return",
    `
function work(): string {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  if (a.name === "a") {
    return a.use();
  }
  return "late";
} //= } finally { a[Symbol.dispose](); } }
${callSync}`,
  ),
  shape(
    "throw",
    `
function work(): string {
  "use raii"; //=
  const a = raii(open("a")); //= const a = open("a"); try {
  if (a.name === "a") throw new Error("no");
  return "late";
} //= } finally { a[Symbol.dispose](); } }

export function call(): unknown {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}
`,
  ),
  shape(
    "async throw",
    `
async function work(): Promise<string> {
  "use raii"; //=
  const a = await raii(open("a")); //= const a = open("a"); try {
  await later(1);
  if (a.name === "a") throw new Error("no");
  return "late";
} //= } finally { await a[Symbol.asyncDispose](); } }

export async function call(): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return String(error);
  }
}
`,
  ),
  shape(
    "variables",
    `
function outer(prefix: string): (first: string, rest?: { second: number }) => string {
  let count = 0;
  return function inner(first, { second } = { second: 2 }) {
    "use raii"; //=
    const a = raii(open("a")); //= const a = open("a"); try {
    const name = prefix + a.use() + first + second + ++count;
    return name + arguments.length;
  }; //= } finally { a[Symbol.dispose](); } };
}
const work = (): string => outer("p")("f");
${callSync}`,
  ),
  shape(
    "variables of a method that does not mention this",
    `
class Store {
  work(size: number): string {
    "use raii"; //=
    const a = raii(open("a")); //= const a = open("a"); try {
    const name = a.use() + size;
    return name;
  } //= } finally { a[Symbol.dispose](); } }
}
const work = (): string => new Store().work(3);
${callSync}`,
  ),
];

/** The source of a shape. */
export function sourceOf({ text }: Shape, variant: Variant): string {
  const lines = text.split("\n").map((line) => {
    const [annotated, byHand = annotated] = line.split(/\s*\/\/=/);
    return (variant === "by hand" ? byHand : annotated)!;
  });
  return lines.join("\n");
}

export const variants = ["by hand", "program", "inline"] as const;
export type Variant = (typeof variants)[number];
