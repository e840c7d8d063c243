/** A finding, the fix that is chosen, and the text that it gives. */
export interface FixCase {
  readonly name: string;
  readonly code: number;
  /** What the menu says. */
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** Whether our finding of that code is to be gone; of TypeScript's own codes it is. */
  readonly remains?: true;
}

const head = `import { raii } from "ts-raii";
declare const lock: Disposable;
declare const server: AsyncDisposable & { ping(): Promise<number> };
declare function connect(): Promise<AsyncDisposable>;
`;

const simple = (name: string, code: number, title: string, before: string, after: string): FixCase => ({
  name,
  code,
  title,
  before: head + before,
  after: head + after,
});

const annotate = 'Annotate the function "use raii"';

export const fixCases: readonly FixCase[] = [
  simple(
    "the directive in a function",
    100001,
    annotate,
    `export function f(): void {\n    // first\n    raii(lock);\n}\n`,
    `export function f(): void {\n    "use raii";\n    // first\n    raii(lock);\n}\n`,
  ),
  simple(
    "the directive in a body of one line",
    100001,
    annotate,
    `export const f = () => { raii(lock); };\n`,
    `export const f = () => { "use raii"; raii(lock); };\n`,
  ),
  simple(
    "the directive beside another",
    100001,
    annotate,
    `export class C {\n  m() {\n    "use client";\n    raii(lock);\n  }\n}\n`,
    `export class C {\n  m() {\n    "use raii";\n    "use client";\n    raii(lock);\n  }\n}\n`,
  ),
  simple(
    "the tag on an arrow function without a body",
    100001,
    annotate,
    `export const all = [1].map(() => void raii(lock));\n`,
    `export const all = [1].map(/** @raii */ () => void raii(lock));\n`,
  ),
  simple(
    "the directive in a file with Windows line ends",
    100001,
    annotate,
    `export function f(): void {\r\n  raii(lock);\r\n}\r\n`,
    `export function f(): void {\r\n  "use raii";\r\n  raii(lock);\r\n}\r\n`,
  ),
  simple(
    "the spelling of the directive",
    100021,
    'Change to "use raii"',
    `export function f(): void {\n  'use raai';\n  void lock;\n}\n`,
    `export function f(): void {\n  'use raii';\n  void lock;\n}\n`,
  ),
  simple(
    "the lifetime of what an if acquires",
    100057,
    "Hold it until the function returns: raii.function()",
    `export function f(isShared: boolean): void {\n  "use raii";\n  if (isShared) {\n    raii(lock);\n  }\n  void server;\n}\n`,
    `export function f(isShared: boolean): void {\n  "use raii";\n  if (isShared) {\n    raii.function(lock);\n  }\n  void server;\n}\n`,
  ),
  simple(
    "the lifetime of what a loop collects",
    100040,
    "Hold it until the function returns: raii.function()",
    `export function f(): string {\n  "use raii";\n  const all: Disposable[] = [];\n  for (const each of [lock, lock]) {\n    all.push(raii(each));\n  }\n  return all.map(String).join();\n}\n`,
    `export function f(): string {\n  "use raii";\n  const all: Disposable[] = [];\n  for (const each of [lock, lock]) {\n    all.push(raii.function(each));\n  }\n  return all.map(String).join();\n}\n`,
  ),
  simple(
    "the spelling of a directive that asks for a lowering",
    100021,
    'Change to "use raii inline"',
    `export function f(): void {\n  "use raii inlin";\n  raii(lock);\n}\n`,
    `export function f(): void {\n  "use raii inline";\n  raii(lock);\n}\n`,
  ),
  simple(
    "the place of a directive that asks for a lowering",
    100020,
    'Put "use raii program" at the top of the function',
    `export function f(): void {\n  void lock;\n  "use raii program";\n}\n`,
    `export function f(): void {\n  "use raii program";\n  void lock;\n}\n`,
  ),
  simple(
    "the place of the directive",
    100020,
    'Put "use raii" at the top of the function',
    `export function f(): void {\n  void lock;\n  "use raii";\n  raii(lock);\n}\n`,
    `export function f(): void {\n  "use raii";\n  void lock;\n  raii(lock);\n}\n`,
  ),
  simple(
    "the quotes of the directive",
    100020,
    'Put "use raii" at the top of the function',
    "export function f(): void {\n  `use raii`;\n  raii(lock);\n}\n",
    `export function f(): void {\n  "use raii";\n  raii(lock);\n}\n`,
  ),
  simple(
    "an await in a function that is not async: the function",
    100008,
    "Make the function async",
    `export function f(): number {\n  "use raii";\n  await raii(server);\n  return 1;\n}\n`,
    `export async function f(): Promise<number> {\n  "use raii";\n  await raii(server);\n  return 1;\n}\n`,
  ),
  simple(
    "an await in a function that is not async: the await",
    100008,
    "Acquire synchronously, without await",
    `export const f = () => {\n  "use raii";\n  await raii(lock);\n};\n`,
    `export const f = () => {\n  "use raii";\n  raii(lock);\n};\n`,
  ),
  simple(
    "a missing await",
    100050,
    "Insert await",
    `export async function f(): Promise<void> {\n  "use raii";\n  raii(server);\n}\n`,
    `export async function f(): Promise<void> {\n  "use raii";\n  await raii(server);\n}\n`,
  ),
  simple(
    "a missing await in a method that is not async",
    100050,
    "Make the function async, and insert await",
    `export class C {\n  public m(): void {\n    "use raii";\n    raii(server);\n  }\n}\n`,
    `export class C {\n  public async m(): Promise<void> {\n    "use raii";\n    await raii(server);\n  }\n}\n`,
  ),
  simple(
    "an await inside instead of before",
    100050,
    "Move await before it",
    `export async function f(): Promise<void> {\n  "use raii";\n  raii(await connect());\n}\n`,
    `export async function f(): Promise<void> {\n  "use raii";\n  await raii(connect());\n}\n`,
  ),
  simple(
    "a promise that outlives its handle",
    100042,
    "Insert await",
    `export async function f(): Promise<number> {\n  "use raii";\n  const s = await raii(server);\n  return s.ping();\n}\n`,
    `export async function f(): Promise<number> {\n  "use raii";\n  const s = await raii(server);\n  return await s.ping();\n}\n`,
  ),
  simple(
    "raii() used as a promise",
    100012,
    "Insert await",
    `export async function f(): Promise<unknown> {\n  "use raii";\n  return await Promise.all([raii(server)]);\n}\n`,
    `export async function f(): Promise<unknown> {\n  "use raii";\n  return await Promise.all([await raii(server)]);\n}\n`,
  ),
  {
    name: "raii that is taken from require()",
    code: 100010,
    title: "Import it",
    before: `declare const require: (id: string) => any;\nconst { raii, run: start } = require("ts-raii");\nvoid [raii, start];\n`,
    after: `declare const require: (id: string) => any;\nimport { raii, run as start } from "ts-raii";\nvoid [raii, start];\n`,
  },
  {
    name: "move of what was acquired with await, where moveAsync has another name",
    code: 100062,
    title: "Use moveAsync()",
    before: `import { move, moveAsync as hand, raii } from "ts-raii";\ndeclare const server: AsyncDisposable;\nexport async function f(): Promise<unknown> {\n  "use raii";\n  await raii(server);\n  await using s = server;\n  return [hand(server), move(s)];\n}\n`,
    after: `import { move, moveAsync as hand, raii } from "ts-raii";\ndeclare const server: AsyncDisposable;\nexport async function f(): Promise<unknown> {\n  "use raii";\n  await raii(server);\n  await using s = server;\n  return [hand(server), hand(s)];\n}\n`,
  },
  {
    name: "raii that is not imported, beside what is",
    code: 2304,
    title: 'Update import from "ts-raii"',
    before: `import { resource } from "ts-raii";\nexport function f(): void {\n  "use raii";\n  raii(resource(() => 1, () => {}));\n}\n`,
    after: `import { raii, resource } from "ts-raii";\nexport function f(): void {\n  "use raii";\n  raii(resource(() => 1, () => {}));\n}\n`,
  },
];
