// Compiled and not run: what `raii` and `yield* acquire` give, and what they refuse.
import {
  type Acquirable,
  acquire,
  type AsyncResource,
  type Handle,
  raii,
  type Resource,
  run,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

const server = given<Server>();
const database = given<Resource<Database>>();

export function handles() {
  const ofDisposable = raii(server);
  const ofResource = raii(database);
  const ofNull = raii(null);
  const ofUndefined = raii(undefined);
  const maybeServer = raii(given<Server | undefined>());
  const nullableServer = raii(given<Server | null>());
  const maybeDatabase = raii(given<Resource<Database> | undefined>());
  const nullableDatabase = raii(given<Resource<Database> | null>());
  const either = raii(given<Server | Resource<Database>>());
  const all = raii(given<Server | Resource<Database> | Resource<string> | null | undefined>());
  const ofBoth = raii(given<Server & Resource<Database>>());
  const ofFunction = raii(given<(() => string) & Disposable>());
  const ofAny = raii(given<any>());
  const ofPrimitive = raii(given<Resource<number>>());
  const ofNothing = raii(given<Resource<void>>());
  const maybeHandle = raii(given<Resource<Database | undefined>>());
  return given<
    [
      Assert<Equal<typeof ofDisposable, Server>>,
      Assert<Equal<typeof ofResource, Database>>,
      Assert<Equal<typeof ofNull, null>>,
      Assert<Equal<typeof ofUndefined, undefined>>,
      Assert<Equal<typeof maybeServer, Server | undefined>>,
      Assert<Equal<typeof nullableServer, Server | null>>,
      Assert<Equal<typeof maybeDatabase, Database | undefined>>,
      Assert<Equal<typeof nullableDatabase, Database | null>>,
      Assert<Equal<typeof either, Server | Database>>,
      Assert<Equal<typeof all, Server | Database | string | null | undefined>>,
      Assert<Equal<typeof ofBoth, Server & Resource<Database>>>,
      Assert<Equal<typeof ofFunction, (() => string) & Disposable>>,
      Assert<Equal<typeof ofAny, any>>,
      Assert<Equal<typeof ofPrimitive, number>>,
      Assert<Equal<typeof ofNothing, void>>,
      Assert<Equal<typeof maybeHandle, Database | undefined>>,
    ]
  >();
}

export function positions(cond: boolean) {
  const { port } = raii(server);
  const { query } = raii(database);
  const [first] = raii(given<Resource<[string, number]>>());
  raii(server);
  const conditional = cond ? raii(server) : raii(database);
  const shortCircuit = cond && raii(database);
  const chained = raii(given<Server | undefined>())?.port;
  return given<
    [
      Assert<Equal<typeof port, number>>,
      Assert<Equal<typeof query, Database["query"]>>,
      Assert<Equal<typeof first, string>>,
      Assert<Equal<typeof conditional, Server | Database>>,
      Assert<Equal<typeof shortCircuit, false | Database>>,
      Assert<Equal<typeof chained, number | undefined>>,
    ]
  >();
}

export const ofDisposable = <T extends Disposable>(value: T) => raii(value);
export const ofNullable = <T extends Disposable | null | undefined>(value: T) => raii(value);
export const ofResource = <T>(value: Resource<T>) => raii(value);
export const ofAcquirable = <T extends Acquirable>(value: T) => raii(value);

export type Generics = [
  Assert<Equal<ReturnType<typeof ofDisposable<Server>>, Server>>,
  Assert<Equal<ReturnType<typeof ofNullable<Server | null>>, Server | null>>,
  Assert<Equal<ReturnType<typeof ofResource<Database>>, Database>>,
  Assert<Equal<ReturnType<typeof ofAcquirable<Resource<Database> | null>>, Database | null>>,
  Assert<Equal<Handle<Server | Resource<Database> | null>, Server | Database | null>>,
];

/** Inside the generic function the handle is a `T`, not merely a Disposable. */
export function generic<T extends Server, U>(value: T, resource: Resource<U>): [T, U, number] {
  const handle: T = raii(value);
  const other: U = raii(resource);
  return [handle, other, handle.port];
}

export function acquired() {
  const result = run(function* () {
    const ofDisposable = yield* acquire(server);
    const ofResource = yield* acquire(database);
    const ofNull = yield* acquire(null);
    const maybe = yield* acquire(given<Resource<Database> | undefined>());
    const either = yield* acquire(given<Server | Resource<Database>>());
    const { port } = yield* acquire(server);
    given<
      [
        Assert<Equal<typeof ofDisposable, Server>>,
        Assert<Equal<typeof ofResource, Database>>,
        Assert<Equal<typeof ofNull, null>>,
        Assert<Equal<typeof maybe, Database | undefined>>,
        Assert<Equal<typeof either, Server | Database>>,
        Assert<Equal<typeof port, number>>,
      ]
    >();
    return port;
  });
  return given<Assert<Equal<typeof result, number>>>();
}

export function results() {
  function* program(name: string) {
    const { port } = yield* acquire(server);
    return `${name}:${port}`;
  }
  const ofGenerator = run(program("a"));
  const ofFunction = run(function* () {
    return (yield* acquire(database)).query("select 1");
  });
  const ofNothing = run(function* () {
    yield* acquire(server);
  });
  const ofUnion = run(function* () {
    if ((yield* acquire(server)).port === 0) return "none";
    return 1;
  });
  return given<
    [
      Assert<Equal<typeof ofGenerator, string>>,
      Assert<Equal<typeof ofFunction, string[]>>,
      Assert<Equal<typeof ofNothing, void>>,
      Assert<Equal<typeof ofUnion, "none" | 1>>,
    ]
  >();
}

export function refused() {
  // @ts-expect-error -- an AsyncDisposable needs `await`
  raii(given<AsyncDisposable & { port: number }>()).port;
  // @ts-expect-error -- a promise needs `await`
  raii(given<Promise<Server>>()).port;
  // @ts-expect-error -- a promise of a resource, too
  raii(given<Promise<Resource<Database>>>()).query;
  // @ts-expect-error -- close() is not dispose
  raii({ close() {} });
  // @ts-expect-error -- nothing to release
  raii({});
  // @ts-expect-error -- a string is no resource
  raii("data.bin");
  // @ts-expect-error -- a number is no resource
  raii(1);
  // @ts-expect-error -- a function that makes one is none
  raii(() => server);
  // @ts-expect-error -- an array of resources is none
  raii([server]);
  // @ts-expect-error -- only the one member of the union is a resource
  raii(given<Server | { close(): void }>());
  // @ts-expect-error -- `undefined` is fine, the promise needs `await`
  raii(given<Promise<Server> | undefined>())?.port;
  // @ts-expect-error -- unknown may be anything
  raii(given<unknown>());
  // @ts-expect-error -- dispose is no function
  raii({ [Symbol.dispose]: 1 });
  // @ts-expect-error -- dispose may be absent
  raii(given<{ [Symbol.dispose]?: () => void }>());
  // @ts-expect-error -- a resource is not its handle
  raii(database).port;
  // @ts-expect-error -- one resource at a time
  raii(server, server);
  // @ts-expect-error -- one resource at least
  raii();
  // @ts-expect-error -- what emitted code uses is not for people
  raii.drive;

  run(function* () {
    // @ts-expect-error -- an AsyncDisposable needs `await`
    yield* acquire(given<AsyncDisposable>());
    // @ts-expect-error -- a promise needs `await`
    yield* acquire(given<Promise<Server>>());
    // @ts-expect-error -- close() is not dispose
    yield* acquire({ close() {} });
  });
  // @ts-expect-error -- a program is synchronous
  run(async function* () {});
  // @ts-expect-error -- a program is a generator
  run(() => 1);
  // @ts-expect-error -- a program with parameters is called first
  run(function* (name: string) {
    return name;
  });
}

/** `raii.function` gives what `raii` gives. */
export async function functionLifetime(): Promise<void> {
  "use raii";
  const ofResource: Database = raii.function(database);
  const ofNull: null = raii.function(null);
  const awaited: Database = await raii.function(given<AsyncResource<Database>>());
  // @ts-expect-error It is no resource.
  raii.function(1);
  void [ofResource, ofNull, awaited];
}
