// Compiled and not run: what the resources after Python's contextlib give, and what they refuse.
import {
  AsyncExitStack,
  type AsyncResource,
  closing,
  defer,
  type Exit,
  ExitStack,
  nullContext,
  patch,
  raii,
  reentrant,
  type Resource,
  reusable,
  singleUse,
  suppress,
  type Suppressing,
  within,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

/** As `pg` and many others type it: with a callback, or giving a promise. */
interface Client {
  query(text: string): string[];
  end(): Promise<void>;
  end(callback: (error: Error) => void): void;
}
interface Listener {
  close(callback?: (error?: Error) => void): this;
}
class Connection {
  readonly end = "of the line";
  async close(force = false): Promise<void> {
    given<[boolean, this]>()[0] = force;
  }
  shutdown(): void {}
  kill(_signal: string): void {}
  stop?(): void;
}

export async function ofClosing() {
  const listener = closing(given<Listener>());
  const client = closing(given<Client>());
  const connection = closing(given<Connection>());
  const worker = closing(given<{ destroy(): number }>());
  const either = closing(given<Client | Listener>());
  const sometimes = closing(given<{ close(): Promise<void> | undefined }>());
  const disposable = closing(given<Server>());
  const asyncDisposable = closing(given<AsyncDisposable>());
  const promised = closing(given<Promise<Listener>>());
  const anything = closing(given<{ close(): any }>());
  const named = closing(given<Connection>(), "shutdown");
  const namedAsync = closing(given<Connection>(), "close");
  const namedOverload = closing(given<Client>(), "end");
  const promisedName = closing(given<Promise<Connection>>(), "shutdown");
  const symbol = closing(given<Server>(), Symbol.dispose);
  const { query } = await raii(client);
  return given<
    [
      Assert<Equal<typeof listener, Resource<Listener>>>,
      Assert<Equal<typeof client, AsyncResource<Client>>>,
      Assert<Equal<typeof connection, AsyncResource<Connection>>>,
      Assert<Equal<typeof worker, Resource<{ destroy(): number }>>>,
      Assert<Equal<typeof either, AsyncResource<Client> | AsyncResource<Listener>>>,
      Assert<Equal<typeof sometimes, AsyncResource<{ close(): Promise<void> | undefined }>>>,
      Assert<Equal<typeof disposable, Resource<Server>>>,
      Assert<Equal<typeof asyncDisposable, AsyncResource<AsyncDisposable>>>,
      Assert<Equal<typeof promised, AsyncResource<Listener>>>,
      Assert<Equal<typeof anything, Resource<{ close(): any }>>>,
      Assert<Equal<typeof named, Resource<Connection>>>,
      Assert<Equal<typeof namedAsync, AsyncResource<Connection>>>,
      Assert<Equal<typeof namedOverload, AsyncResource<Client>>>,
      Assert<Equal<typeof promisedName, AsyncResource<Connection>>>,
      Assert<Equal<typeof symbol, Resource<Server>>>,
      Assert<Equal<typeof query, (text: string) => string[]>>,
    ]
  >();
}

export function refusedByClosing() {
  // @ts-expect-error -- it has nothing to close it by
  closing({});
  // @ts-expect-error -- null is no value to close; `value && closing(value)` is
  closing(null);
  // @ts-expect-error -- its close needs an argument
  closing({ close: (code: number) => code });
  // @ts-expect-error -- its close needs an argument, and goes before its end
  closing({ close: (code: number) => code, end() {} });
  // @ts-expect-error -- not a method
  closing({ close: true });
  // @ts-expect-error -- it needs an argument
  closing(given<Connection>(), "kill");
  // @ts-expect-error -- it may not be there
  closing(given<Connection>(), "stop");
  // @ts-expect-error -- no method
  closing(given<Connection>(), "end");
  // @ts-expect-error -- no such method
  closing(given<Connection>(), "shutDown");
  // @ts-expect-error -- without `await` it is not there yet
  raii(closing(given<Client>())).query("select 1");
  // @ts-expect-error -- the promise is what is named, and not what it gives
  closing(given<Promise<Connection>>(), "finally");
}

abstract class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export function ofSimpleOnes() {
  const suppressing = suppress(Error, Refusal, "ENOENT", (error) => {
    given<Assert<Equal<typeof error, unknown>>>();
    return true;
  });
  const nothing = nullContext();
  const value = nullContext(given<Database>());
  const promise = nullContext(given<Promise<Database>>());
  const sync = defer((exit) => {
    given<Assert<Equal<typeof exit, Exit>>>();
  });
  const async = defer(async () => {});
  const maybe = defer(() => given<Promise<void> | undefined>());
  const target = { retries: 3, log: (_line: string): void => {}, optional: given<string | undefined>() };
  const number = patch(target, "retries", given<number>());
  const absent = patch(target, "optional", undefined);
  const fn = patch(target, "log", (line) => {
    given<Assert<Equal<typeof line, string>>>();
    return line.length;
  });
  return given<
    [
      Assert<Equal<typeof suppressing, Resource<void> & Suppressing>>,
      Assert<Equal<typeof nothing, Resource<undefined>>>,
      Assert<Equal<typeof value, Resource<Database>>>,
      Assert<Equal<typeof promise, Resource<Promise<Database>>>>,
      Assert<Equal<typeof sync, Resource<void>>>,
      Assert<Equal<typeof async, AsyncResource<void>>>,
      Assert<Equal<typeof maybe, AsyncResource<void>>>,
      Assert<Equal<typeof number, Resource<number>>>,
      Assert<Equal<typeof absent, Resource<undefined>>>,
      Assert<Equal<typeof fn, Resource<(line: string) => number>>>,
    ]
  >();
}

export function refusedBySimpleOnes() {
  // @ts-expect-error -- an error is no class of them
  suppress(new Error());
  // @ts-expect-error -- an async function says nothing in time
  suppress(async () => true);
  // @ts-expect-error -- a number is no code
  suppress(404);
  // @ts-expect-error -- a function is called for
  defer(given<Promise<void>>());
  // @ts-expect-error -- it is told the exit, and nothing else
  defer((exit: Exit, handle: string) => [exit, handle]);
  // @ts-expect-error -- it has no such property
  patch({ retries: 3 }, "retry", 0);
  // @ts-expect-error -- the property is a number
  patch({ retries: 3 }, "retries", "0");
  // @ts-expect-error -- a string has no properties of its own to replace
  patch("text", "length", 0);
}

export async function ofStacks() {
  const stack = raii(new ExitStack());
  const asyncStack = await raii(new AsyncExitStack());
  const handles = [stack, asyncStack].map((each) => each.enter(given<Resource<Database>>()));
  const server = stack.enter(given<Server>());
  const nullable = stack.enter(given<Resource<Database> | null>());
  const entered = asyncStack.enterAsync(given<AsyncResource<Database>>());
  const promised = asyncStack.enterAsync(given<Promise<Server>>());
  const popped = stack.popAll();
  const asyncPopped = asyncStack.popAll();
  const nested = stack.enter(new ExitStack());
  const asyncNested = asyncStack.enterAsync(new AsyncExitStack());
  const result = ExitStack.run((each) => {
    given<Assert<Equal<typeof each, ExitStack>>>();
    return each.enter(given<Resource<Database>>()).query("select 1");
  });
  const asyncResult = AsyncExitStack.run(async (each) => {
    given<Assert<Equal<typeof each, AsyncExitStack>>>();
    return (await each.enterAsync(given<AsyncResource<Database>>())).query("select 1");
  });
  const syncResult = AsyncExitStack.run(() => given<string>());
  stack.push((exit) => exit.kind === "failed" && exit.suppress());
  asyncStack.push(async (exit) => exit.kind);
  stack.callback((a: number, b?: string) => [a, b], 1);
  stack.callback((a: number, b?: string) => [a, b], 1, "b");
  stack.callback((...rest: string[]) => rest, "a", "b");
  asyncStack.callback(async (a: number) => a, 1);
  return given<
    [
      Assert<Equal<typeof stack, ExitStack>>,
      Assert<Equal<typeof asyncStack, AsyncExitStack>>,
      Assert<Equal<typeof handles, Database[]>>,
      Assert<Equal<typeof server, Server>>,
      Assert<Equal<typeof nullable, Database | null>>,
      Assert<Equal<typeof entered, Promise<Database>>>,
      Assert<Equal<typeof promised, Promise<Server>>>,
      Assert<Equal<typeof popped, ExitStack>>,
      Assert<Equal<typeof asyncPopped, AsyncExitStack>>,
      Assert<Equal<typeof nested, ExitStack>>,
      Assert<Equal<typeof asyncNested, Promise<AsyncExitStack>>>,
      Assert<Equal<typeof result, string[]>>,
      Assert<Equal<typeof asyncResult, Promise<string[]>>>,
      Assert<Equal<typeof syncResult, Promise<string>>>,
    ]
  >();
}

export function refusedByStacks(stack: ExitStack, asyncStack: AsyncExitStack) {
  // @ts-expect-error -- nobody would wait for it
  stack.push(async () => {});
  // @ts-expect-error -- nobody would wait for it
  stack.callback(async () => {});
  // @ts-expect-error -- nobody would wait for it
  stack.callback((path: string) => given<Promise<void>>().then(() => path), "path");
  // @ts-expect-error -- it would be released before the promise settles
  ExitStack.run(async () => {});
  // @ts-expect-error -- the argument is a number
  stack.callback((a: number) => a, "1");
  // @ts-expect-error -- an argument is missing
  stack.callback((a: number) => a);
  // @ts-expect-error -- it takes no argument
  stack.callback(() => {}, 1);
  // @ts-expect-error -- asynchronous
  stack.enter(given<AsyncResource<Database>>());
  // @ts-expect-error -- asynchronous
  asyncStack.enter(given<AsyncResource<Database>>());
  // @ts-expect-error -- asynchronous
  stack.enter(asyncStack);
  // @ts-expect-error -- no resource
  stack.enter({ close() {} });
  // @ts-expect-error -- no resource
  asyncStack.enterAsync("text");
  // @ts-expect-error -- asynchronous
  stack.use(given<AsyncDisposable>());
  // @ts-expect-error -- it takes time to acquire
  asyncStack.use(given<AsyncResource<Database>>());
  // @ts-expect-error -- a promise, which nobody would wait for
  stack.defer(async () => {});
  // @ts-expect-error -- a promise, which nobody would wait for
  stack.adopt(1, async (_: number) => {});
  // @ts-expect-error -- it is handed a number
  stack.adopt(1, (_: string) => {});
  // @ts-expect-error -- asynchronous
  const disposable: Disposable = asyncStack;
  // @ts-expect-error -- without `await` it is not there yet
  raii(asyncStack).enterAsync(null);
  return disposable;
}

export async function ofTheNamesOfTC39() {
  using stack = new ExitStack();
  await using asyncStack = new AsyncExitStack();
  const ofDisposable = stack.use(given<Server>());
  const ofResource = stack.use(given<Resource<Database>>());
  const ofNothing = stack.use(given<Server | null>());
  const ofValue = stack.adopt(given<Database>(), (database) => void database.query(""));
  const moved = stack.move();
  const ofAsyncDisposable = asyncStack.use(given<AsyncDisposable & Database>());
  const ofSync = asyncStack.use(given<Resource<Database>>());
  const ofPromise = asyncStack.adopt(given<Promise<Database>>(), async (each) => (await each).query(""));
  const asyncMoved = asyncStack.move();
  const isDisposed: boolean = stack.disposed || asyncStack.disposed;
  const asStack: Pick<DisposableStack, "use" | "adopt" | "defer" | "dispose" | "disposed"> = stack;
  const asAsyncStack: Pick<AsyncDisposableStack, "use" | "adopt" | "defer" | "disposeAsync" | "disposed"> =
    asyncStack;
  return given<
    [
      Assert<Equal<typeof ofDisposable, Server>>,
      Assert<Equal<typeof ofResource, Database>>,
      Assert<Equal<typeof ofNothing, Server | null>>,
      Assert<Equal<typeof ofValue, Database>>,
      Assert<Equal<typeof moved, ExitStack>>,
      Assert<Equal<typeof ofAsyncDisposable, AsyncDisposable & Database>>,
      Assert<Equal<typeof ofSync, Database>>,
      Assert<Equal<typeof ofPromise, Promise<Database>>>,
      Assert<Equal<typeof asyncMoved, AsyncExitStack>>,
      typeof isDisposed,
      typeof asStack,
      typeof asAsyncStack,
    ]
  >();
}

export function ofReuse() {
  const once = singleUse(given<Resource<Database>>());
  const onceAsync = singleUse(given<AsyncResource<Database>>());
  const oncePromised = singleUse(given<Promise<Server>>());
  const onceDisposable = singleUse(given<Server>());
  const again = reusable(given<Resource<Database> | null>());
  const againAsync = reusable(given<AsyncDisposable>());
  const lock = reentrant(given<Resource<Database>>());
  const disposable = reentrant(given<Server>());
  // @ts-expect-error -- calls within calls are synchronous
  reentrant(given<AsyncResource<Database>>());
  // @ts-expect-error -- no resource
  reusable({ close() {} });
  return given<
    [
      Assert<Equal<typeof once, Resource<Database>>>,
      Assert<Equal<typeof onceAsync, AsyncResource<Database>>>,
      Assert<Equal<typeof oncePromised, AsyncResource<Server>>>,
      Assert<Equal<typeof onceDisposable, Resource<Server>>>,
      Assert<Equal<typeof again, Resource<Database | null>>>,
      Assert<Equal<typeof againAsync, AsyncResource<AsyncDisposable>>>,
      Assert<Equal<typeof lock, Resource<Database>>>,
      Assert<Equal<typeof disposable, Resource<Server>>>,
    ]
  >();
}

export function ofWithin() {
  const sync = given<Resource<Database>>();
  const async = given<AsyncResource<Database>>();
  const add = within(sync)((a: number, b?: string) => [a, b] as const);
  const load = within(sync)(async (path: string) => path);
  const loadAsync = within(async)(async (path: string) => path);
  const kept = within(sync)(<T>(value: T): T => value)("literal" as const);
  const made = within((from: string) => given<Resource<string> & { of: typeof from }>())(
    (from: string, amount: number) => [from, amount] as const,
  );
  const madeAsync = within(() => given<Promise<Server>>())(async () => 1);
  const never = within(async)(() => {
    throw new Error();
  });
  const anything = within(async)(given<() => any>());
  class Accounts {
    readonly id = "id";
    @within(sync)
    balance(currency: string): number {
      return currency.length;
    }
    @within(async)
    async audit(): Promise<string> {
      return this.id;
    }
    @within(function (this: Accounts, from: string) {
      return nullContext(this.id + from);
    })
    withdraw(from: string, amount: number): [string, number] {
      return [from, amount];
    }
    @within(sync)
    get total(): number {
      return 1;
    }
    // @ts-expect-error -- the resource is asynchronous, and the method is not
    @within(async)
    wait(): number {
      return 1;
    }
    // @ts-expect-error -- the resource is made of a number
    @within((amount: number) => nullContext(amount))
    deposit(to: string): string {
      return to;
    }
    // @ts-expect-error -- a field is no method
    @within(sync)
    readonly field = 1;
  }
  return given<
    [
      Assert<Equal<typeof add, (a: number, b?: string) => readonly [number, string | undefined]>>,
      Assert<Equal<typeof load, (path: string) => Promise<string>>>,
      Assert<Equal<typeof loadAsync, (path: string) => Promise<string>>>,
      Assert<Equal<typeof kept, "literal">>,
      Assert<Equal<typeof made, (from: string, amount: number) => readonly [string, number]>>,
      Assert<Equal<typeof madeAsync, () => Promise<number>>>,
      Assert<Equal<typeof never, () => never>>,
      Assert<Equal<typeof anything, () => any>>,
      Assert<Equal<Accounts["withdraw"], (from: string, amount: number) => [string, number]>>,
    ]
  >();
}

export function refusedByWithin() {
  const sync = given<Resource<Database>>();
  // @ts-expect-error -- the resource is asynchronous, and the function is not
  within(given<AsyncResource<Database>>())(() => 1);
  // @ts-expect-error -- the resource is asynchronous, and the function is not
  within(() => given<Promise<Server>>())(() => 1);
  // @ts-expect-error -- a generator runs when it is read
  within(sync)(function* () {
    yield 1;
  });
  // @ts-expect-error -- a generator runs when it is read
  within(sync)(async function* () {
    yield 1;
  });
  // @ts-expect-error -- the resource is made of a number
  within((port: number) => nullContext(port))((path: string) => path);
  // @ts-expect-error -- a Disposable can be released only once
  within(given<Server>());
  // @ts-expect-error -- no resource
  within(() => "text");
  // @ts-expect-error -- no function
  within(sync)(1);
  // @ts-expect-error -- a class is no function to be called
  within(sync)(class {});
}
