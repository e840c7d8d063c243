// Compiled and not run: what `move` and `moveAsync` give, and that it is acquired as what it was.
import {
  asyncDisposable,
  type AsyncDisposableHandle,
  type AsyncResource,
  disposable,
  type DisposableHandle,
  move,
  moveAsync,
  raii,
  type Resource,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

const server = given<Server>();
const database = given<Resource<Database>>();
const connection = given<AsyncResource<Database>>();

export async function handles() {
  const ofDisposable = move(raii(server));
  const ofResource = move(raii(database));
  const ofNothing = move(raii(given<Server | undefined>()));
  const ofEither = move(raii(given<Server | Resource<string> | null>()));
  const ofPrimitive = move(raii(given<Resource<number>>()));
  const ofAsync = moveAsync(await raii(connection));
  const ofAsyncDisposable = moveAsync(await raii(given<AsyncDisposable & { port: number }>()));
  const ofSync = moveAsync(raii(server));
  const again = raii(ofDisposable);
  const handle = raii(ofResource);
  const maybe = raii(ofNothing);
  const awaited = await raii(ofAsync);
  const awaitedSync = await raii(ofResource);
  const onAndOn = raii(move(raii(move(handle))));
  return given<
    [
      Assert<Equal<typeof ofDisposable, Resource<Server>>>,
      Assert<Equal<typeof ofResource, Resource<Database>>>,
      Assert<Equal<typeof ofNothing, Resource<Server | undefined>>>,
      Assert<Equal<typeof ofEither, Resource<Server | string | null>>>,
      Assert<Equal<typeof ofPrimitive, Resource<number>>>,
      Assert<Equal<typeof ofAsync, AsyncResource<Database>>>,
      Assert<Equal<typeof ofAsyncDisposable, AsyncResource<AsyncDisposable & { port: number }>>>,
      Assert<Equal<typeof ofSync, AsyncResource<Server>>>,
      Assert<Equal<typeof again, Server>>,
      Assert<Equal<typeof handle, Database>>,
      Assert<Equal<typeof maybe, Server | undefined>>,
      Assert<Equal<typeof awaited, Database>>,
      Assert<Equal<typeof awaitedSync, Database>>,
      Assert<Equal<typeof onAndOn, Database>>,
    ]
  >();
}

/** What is inferred of functions that hand on what they have opened. */
export function openDatabase() {
  return move(raii(database));
}
export async function connect() {
  return moveAsync(await raii(connection));
}
export const generic = <T>(resource: Resource<T>) => move(raii(resource));

export type Inferred = [
  Assert<Equal<ReturnType<typeof openDatabase>, Resource<Database>>>,
  Assert<Equal<ReturnType<typeof connect>, Promise<AsyncResource<Database>>>>,
  Assert<Equal<ReturnType<typeof generic<Database>>, Resource<Database>>>,
];

export async function ofPromise() {
  const handle = await raii(connect());
  return given<Assert<Equal<typeof handle, Database>>>();
}

export async function refused() {
  const handle = raii(database);
  // @ts-expect-error -- what is owned is no handle yet
  move(handle).query("select 1");
  // @ts-expect-error -- what was acquired asynchronously is acquired with await again
  raii(moveAsync(handle)).query("select 1");
  // @ts-expect-error -- a promise of what is owned, too
  raii(connect()).query("select 1");
  // @ts-expect-error -- one handle at a time
  move(handle, handle);
  // @ts-expect-error -- one handle at least
  moveAsync();
  // @ts-expect-error -- another handle than the one that was promised
  given<(owned: Resource<string>) => void>()(move(handle));
  // @ts-expect-error -- an asynchronous release does not fit where a synchronous one is asked for
  given<(owned: Resource<Database>) => void>()(moveAsync(handle));
  // @ts-expect-error -- using is for a Disposable
  using owned = move(handle);
  // @ts-expect-error -- what emitted code uses is not for people
  move.from;
  // @ts-expect-error -- nor is what it shares with raii
  moveAsync.scope;
  /** Every synchronous one can stand for an asynchronous one. */
  given<(owned: AsyncResource<Database>) => void>()(move(handle));
}

/** For `using` in code that is not compiled by the transform. */
export async function ofUsing() {
  using ofResource = disposable(database);
  using ofDisposable = disposable(server);
  using ofNothing = disposable(null);
  using ofEither = disposable(given<Server | Resource<string> | undefined>());
  await using ofAsync = await asyncDisposable(connection);
  await using ofSync = await asyncDisposable(database);
  await using ofAsyncDisposable = await asyncDisposable(given<AsyncDisposable & { port: number }>());
  await using ofPromise = await asyncDisposable(given<Promise<AsyncResource<string>>>());
  await using ofPerhaps = await asyncDisposable(given<AsyncResource<string> | null>());
  ofResource.succeed();
  ofAsync.succeed();
  return given<
    [
      Assert<Equal<typeof ofResource, DisposableHandle<Database>>>,
      Assert<Equal<typeof ofDisposable, DisposableHandle<Server>>>,
      Assert<Equal<typeof ofNothing, DisposableHandle<null>>>,
      Assert<Equal<typeof ofEither, DisposableHandle<Server | string | undefined>>>,
      Assert<Equal<typeof ofAsync, AsyncDisposableHandle<Database>>>,
      Assert<Equal<typeof ofSync, AsyncDisposableHandle<Database>>>,
      Assert<Equal<typeof ofAsyncDisposable, AsyncDisposableHandle<AsyncDisposable & { port: number }>>>,
      Assert<Equal<typeof ofPromise, AsyncDisposableHandle<string>>>,
      Assert<Equal<typeof ofPerhaps, AsyncDisposableHandle<string | null>>>,
    ]
  >();
}

export async function refusedForUsing() {
  // @ts-expect-error -- asynchronous
  disposable(connection);
  // @ts-expect-error -- no resource
  disposable({ close() {} });
  // @ts-expect-error -- no resource
  void asyncDisposable("text");
  // @ts-expect-error -- the handle is another value than the Disposable
  disposable(database).query("");
  // @ts-expect-error -- to be awaited first
  await using notThereYet = asyncDisposable(connection);
}
