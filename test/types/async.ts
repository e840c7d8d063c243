// Compiled and not run: what the asynchronous half gives, and what it refuses.
import {
  acquire,
  acquireAsync,
  type AsyncAcquirable,
  type AsyncHandle,
  type AsyncProgram,
  type AsyncResource,
  awaited,
  contextManager,
  type Exit,
  raii,
  Resource,
  resource,
  run,
  runAsync,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

/** Asynchronous, with something to see. */
interface Socket extends AsyncDisposable {
  readonly address: string;
}

export async function handles() {
  const ofDisposable = await raii(given<Server>());
  const ofAsyncDisposable = await raii(given<Socket>());
  const ofBoth = await raii(given<Server & Socket>());
  const ofResource = await raii(given<Resource<Database>>());
  const ofAsyncResource = await raii(given<AsyncResource<Database>>());
  const ofNull = await raii(null);
  const ofUndefined = await raii(undefined);
  const nullable = await raii(given<Socket | null>());
  const maybe = await raii(given<AsyncResource<Database> | undefined>());
  const either = await raii(given<Socket | AsyncResource<Database> | Server>());
  const ofPromise = await raii(given<Promise<Server>>());
  const ofPromiseOfAsync = await raii(given<Promise<Socket | null>>());
  const ofPromiseOfResource = await raii(given<Promise<AsyncResource<Database>>>());
  const ofThenable = await raii(given<PromiseLike<Resource<string>>>());
  const maybePromise = await raii(given<Promise<Server> | undefined>());
  const ofFunction = await raii(given<(() => string) & AsyncDisposable>());
  const ofAny = await raii(given<any>());
  const ofNothing = await raii(given<AsyncResource<void>>());
  const { address } = await raii(given<Socket>());
  (await raii(given<Promise<Socket>>())).address;
  return given<
    [
      Assert<Equal<typeof ofDisposable, Server>>,
      Assert<Equal<typeof ofAsyncDisposable, Socket>>,
      Assert<Equal<typeof ofBoth, Server & Socket>>,
      Assert<Equal<typeof ofResource, Database>>,
      Assert<Equal<typeof ofAsyncResource, Database>>,
      Assert<Equal<typeof ofNull, null>>,
      Assert<Equal<typeof ofUndefined, undefined>>,
      Assert<Equal<typeof nullable, Socket | null>>,
      Assert<Equal<typeof maybe, Database | undefined>>,
      Assert<Equal<typeof either, Socket | Database | Server>>,
      Assert<Equal<typeof ofPromise, Server>>,
      Assert<Equal<typeof ofPromiseOfAsync, Socket | null>>,
      Assert<Equal<typeof ofPromiseOfResource, Database>>,
      Assert<Equal<typeof ofThenable, string>>,
      Assert<Equal<typeof maybePromise, Server | undefined>>,
      Assert<Equal<typeof ofFunction, (() => string) & AsyncDisposable>>,
      Assert<Equal<typeof ofAny, any>>,
      Assert<Equal<typeof ofNothing, void>>,
      Assert<Equal<typeof address, string>>,
    ]
  >();
}

export const ofAsyncDisposable = async <T extends AsyncDisposable>(value: T) => raii(value);
export const ofAsyncResource = async <T>(value: AsyncResource<T>) => raii(value);
export const ofAcquirable = <T extends AsyncAcquirable>(value: T) => raii(value);

export type Generics = [
  Assert<Equal<ReturnType<typeof ofAsyncDisposable<Socket>>, Promise<Socket>>>,
  Assert<Equal<ReturnType<typeof ofAsyncResource<Database>>, Promise<Database>>>,
  Assert<Equal<ReturnType<typeof ofAcquirable<Promise<Socket> | null>>, PromiseLike<Socket | null>>>,
  Assert<
    Equal<AsyncHandle<Socket | Resource<string> | Promise<Server> | null>, Socket | string | Server | null>
  >,
];

export function programs() {
  const result = runAsync(function* () {
    const server = yield* acquire(given<Server>());
    const socket = yield* acquireAsync(given<Promise<Socket>>());
    const database = yield* acquireAsync(given<AsyncResource<Database>>());
    const nothing = yield* acquireAsync(given<Socket | null>());
    const value = yield* awaited(given<Promise<number>>());
    const plain = yield* awaited("text");
    const nested = yield* awaited(given<Promise<Promise<Date>> | undefined>());
    given<
      [
        Assert<Equal<typeof server, Server>>,
        Assert<Equal<typeof socket, Socket>>,
        Assert<Equal<typeof database, Database>>,
        Assert<Equal<typeof nothing, Socket | null>>,
        Assert<Equal<typeof value, number>>,
        Assert<Equal<typeof plain, string>>,
        Assert<Equal<typeof nested, Date | undefined>>,
      ]
    >();
    return value;
  });
  const ofPromise = runAsync(function* () {
    return given<Promise<string>>();
  });
  const ofGenerator = runAsync(given<AsyncProgram<Date>>());
  const ofNothing = runAsync(function* () {
    yield* acquireAsync(given<Socket>());
  });
  function* part(path: string) {
    yield* acquireAsync(given<Socket>());
    return path.length;
  }
  const delegated = runAsync(function* () {
    return yield* part("a");
  });
  return given<
    [
      Assert<Equal<typeof result, Promise<number>>>,
      Assert<Equal<typeof ofPromise, Promise<string>>>,
      Assert<Equal<typeof ofGenerator, Promise<Date>>>,
      Assert<Equal<typeof ofNothing, Promise<void>>>,
      Assert<Equal<typeof delegated, Promise<number>>>,
    ]
  >();
}

export function ofFunctions() {
  const both = resource(
    async () => given<Database>(),
    async (handle, exit) => {
      given<[Assert<Equal<typeof handle, Database>>, Assert<Equal<typeof exit, Exit>>]>();
    },
  );
  const acquiring = resource(
    () => given<PromiseLike<Database>>(),
    (handle) => handle.query("close"),
  );
  const releasing = resource(
    () => 1,
    async () => {},
  );
  const sometimes = resource(
    () => given<number | Promise<number>>(),
    () => {},
  );
  const sometimesReleasing = resource(
    () => 1,
    () => given<void | Promise<void>>(),
  );
  const sync = resource(
    () => 1,
    () => {},
  );
  const failing = resource(
    () => 1,
    () => {
      throw new Error("release");
    },
  );
  const ofAny = resource(
    () => given<any>(),
    () => given<any>(),
  );
  const ofNever = resource(
    () => given<never>(),
    () => {},
  );
  const nullable = resource(
    async () => given<Database | null>(),
    (handle) => handle?.query("close"),
  );
  return given<
    [
      Assert<Equal<typeof both, AsyncResource<Database>>>,
      Assert<Equal<typeof acquiring, AsyncResource<Database>>>,
      Assert<Equal<typeof releasing, AsyncResource<number>>>,
      Assert<Equal<typeof sometimes, AsyncResource<number>>>,
      Assert<Equal<typeof sometimesReleasing, AsyncResource<number>>>,
      Assert<Equal<typeof sync, Resource<number>>>,
      Assert<Equal<typeof failing, Resource<number>>>,
      Assert<Equal<typeof ofAny, Resource<any>>>,
      Assert<Equal<typeof ofNever, Resource<never>>>,
      Assert<Equal<typeof nullable, AsyncResource<Database | null>>>,
    ]
  >();
}

export async function ofGenerators() {
  const tempDir = contextManager(async function* tempDir(prefix: string, depth = 1) {
    yield prefix.repeat(depth);
  });
  const sync = contextManager(function* () {
    yield 1;
  });
  class Host {
    readonly name = "host";
    readonly connect = contextManager(async function* (this: Host, port: number) {
      yield `${this.name}:${port}`;
    });
  }
  const made = tempDir("build-");
  const path = await raii(tempDir("build-", 2));
  const connection = await raii(new Host().connect(80));
  return given<
    [
      Assert<Equal<typeof made, AsyncResource<string>>>,
      Assert<Equal<ReturnType<typeof sync>, Resource<number>>>,
      Assert<Equal<typeof path, string>>,
      Assert<Equal<typeof connection, string>>,
    ]
  >();
}

export async function ofClasses() {
  class Connection implements AsyncResource<Database> {
    async [Resource.acquire]() {
      return { handle: given<Database>(), release: async (exit: Exit) => exit.kind };
    }
  }
  const database = await raii(new Connection());
  const wider: AsyncResource<string | number> = given<Resource<string>>();
  return [given<Assert<Equal<typeof database, Database>>>(), wider];
}

export async function refused() {
  // @ts-expect-error -- without `await` it is not there yet
  raii(given<Socket>()).address;
  // @ts-expect-error -- without `await` it is not there yet
  raii(given<AsyncResource<Database>>()).query("select 1");
  // @ts-expect-error -- close() is not asyncDispose
  await raii({ async close() {} });
  // @ts-expect-error -- a promise of no resource
  await raii(given<Promise<string>>());
  // @ts-expect-error -- a promise of anything
  await raii(given<Promise<unknown>>());
  // @ts-expect-error -- a function that makes one is none
  await raii(async () => given<Socket>());
  // @ts-expect-error -- only the one member of the union is a resource
  await raii(given<Socket | { close(): void }>());
  // @ts-expect-error -- asyncDispose may be absent
  await raii(given<{ [Symbol.asyncDispose]?: () => Promise<void> }>());
  // @ts-expect-error -- what cannot be acquired without `await` is no Resource
  const sync: Resource<Database> = given<AsyncResource<Database>>();
  // @ts-expect-error -- a release is needed
  const unreleased: AsyncResource<number> = { [Resource.acquire]: async () => ({ handle: 1 }) };
  const release = (handle: Promise<number>) => handle.then(String);
  // @ts-expect-error -- the handle is a number, and no promise of it
  resource(async () => 1, release);

  // @ts-expect-error -- run() cannot wait
  run(function* () {
    yield* awaited(given<Promise<number>>());
  });
  // @ts-expect-error -- run() cannot wait for an acquisition either
  run(function* () {
    yield* acquireAsync(given<Server>());
  });
  // @ts-expect-error -- nor for a part of it
  run(given<AsyncProgram<number>>());
  // @ts-expect-error -- a program is no async generator
  runAsync(async function* () {});
  // @ts-expect-error -- nor a plain async function
  runAsync(async () => 1);
  // @ts-expect-error -- a program with parameters is called first
  runAsync(function* (name: string) {
    return name;
  });
  runAsync(function* () {
    // @ts-expect-error -- what is asynchronous needs acquireAsync()
    yield* acquire(given<Socket>());
    // @ts-expect-error -- what is asynchronous needs acquireAsync()
    yield* acquire(given<AsyncResource<Database>>());
    // @ts-expect-error -- a promise needs acquireAsync()
    yield* acquire(given<Promise<Server>>());
    // @ts-expect-error -- close() is not asyncDispose
    yield* acquireAsync({ async close() {} });
  });
  return [sync, unreleased];
}
