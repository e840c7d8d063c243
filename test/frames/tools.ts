/** What the functions of the tables call. Its text is compiled as a module of its own: see project. */
export const tools = `export const later = () => new Promise((resolve) => setImmediate(resolve));
export async function fail() {
  await later();
  throw new Error("fail");
}
export function failAtOnce() {
  throw new Error("fail at once");
}
export class Connection {
  value = 1;
  constructor(breaks) {
    this.breaks = breaks;
  }
  async step() {
    await later();
    return this;
  }
  async [Symbol.asyncDispose]() {
    await later();
    if (this.breaks === "late") throw new Error("close");
  }
  [Symbol.dispose]() {
    if (this.breaks === "at once") throw new Error("close at once");
  }
}
export const open = (breaks) => new Connection(breaks);
export async function connect(breaks) {
  await later();
  return new Connection(breaks);
}
export async function* stream(failsAt) {
  for (let i = 0; i < 3; i++) {
    if (i === failsAt) await fail();
    yield i;
  }
}
export const closesBadly = () => ({
  [Symbol.asyncIterator]: () => ({ next: () => ({ value: 1, done: false }), return: fail }),
});
`;
