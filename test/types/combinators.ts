// Compiled and not run: what the types of resources made of others are, without an annotation anywhere, and what they refuse.
import {
  acquire,
  all,
  type AsyncAcquirable,
  type AsyncHandle,
  type AsyncResource,
  type Derived,
  type Exit,
  flatMap,
  map,
  onExit,
  race,
  raii,
  recover,
  type Resource,
  run,
  tap,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

/** Asynchronous, with something to see. */
interface Socket extends AsyncDisposable {
  readonly address: string;
}

const sync = given<Resource<Database>>();
const async = given<AsyncResource<Database>>();

export function ofOne() {
  const mapped = map(sync, (db) => db.query("a").length);
  const mappedLater = map(sync, async (db) => db.query("a").length);
  const mappedSometimes = map(sync, () => given<number | Promise<string>>());
  const mappedAsync = map(async, (db) => db.query("a").length);
  const mappedDisposable = map(given<Server>(), (server) => server.port);
  const mappedSocket = map(given<Socket>(), ({ address }) => address);
  const mappedPromise = map(given<Promise<Server>>(), (server) => server.port);
  const mappedNullable = map(given<Server | null>(), (server) => server?.port);
  const mappedToAny = map(sync, () => given<any>());
  const mappedToNothing = map(sync, () => {});
  const tapped = tap(sync, (db) => db.query("a"));
  const tappedLater = tap(sync, async (db) => void db.query("a"));
  const tappedAsync = tap(given<Socket>(), (socket) => socket.address);
  const noted = onExit(given<Server>(), (exit) => given<Assert<Equal<typeof exit, Exit>>>());
  const notedLater = onExit(sync, async () => {});
  const notedAsync = onExit(async, () => {});
  return given<
    [
      Assert<Equal<typeof mapped, Resource<number>>>,
      Assert<Equal<typeof mappedLater, AsyncResource<number>>>,
      Assert<Equal<typeof mappedSometimes, AsyncResource<number | string>>>,
      Assert<Equal<typeof mappedAsync, AsyncResource<number>>>,
      Assert<Equal<typeof mappedDisposable, Resource<number>>>,
      Assert<Equal<typeof mappedSocket, AsyncResource<string>>>,
      Assert<Equal<typeof mappedPromise, AsyncResource<number>>>,
      Assert<Equal<typeof mappedNullable, Resource<number | undefined>>>,
      Assert<Equal<typeof mappedToAny, Resource<any>>>,
      Assert<Equal<typeof mappedToNothing, Resource<void>>>,
      Assert<Equal<typeof tapped, Resource<Database>>>,
      Assert<Equal<typeof tappedLater, AsyncResource<Database>>>,
      Assert<Equal<typeof tappedAsync, AsyncResource<Socket>>>,
      Assert<Equal<typeof noted, Resource<Server>>>,
      Assert<Equal<typeof notedLater, AsyncResource<Database>>>,
      Assert<Equal<typeof notedAsync, AsyncResource<Database>>>,
    ]
  >();
}

export function ofTwo() {
  const both = flatMap(sync, (db) => given<Resource<[typeof db, Date]>>());
  const asyncFirst = flatMap(async, () => given<Server>());
  const asyncSecond = flatMap(given<Server>(), (server) => given<AsyncResource<typeof server.port>>());
  const eventually = flatMap(sync, async () => given<Server>());
  const either = flatMap(sync, (db) => (db.query("a").length ? given<Server>() : null));
  const eitherAsync = flatMap(sync, (db) => (db.query("a").length ? given<Server>() : async));
  const recovered = recover(sync, (error) => given<[Assert<Equal<typeof error, unknown>>, Server]>()[1]);
  const recoveredAsync = recover(sync, () => async);
  const recoveredLater = recover(given<Server>(), async () => null);
  const rethrown = recover(sync, (error) => {
    throw error;
  });
  return given<
    [
      Assert<Equal<typeof both, Resource<[Database, Date]>>>,
      Assert<Equal<typeof asyncFirst, AsyncResource<Server>>>,
      Assert<Equal<typeof asyncSecond, AsyncResource<number>>>,
      Assert<Equal<typeof eventually, AsyncResource<Server>>>,
      Assert<Equal<typeof either, Resource<Server | null>>>,
      Assert<Equal<typeof eitherAsync, AsyncResource<Server | Database>>>,
      Assert<Equal<typeof recovered, Resource<Database | Server>>>,
      Assert<Equal<typeof recoveredAsync, AsyncResource<Database>>>,
      Assert<Equal<typeof recoveredLater, AsyncResource<Server | null>>>,
      Assert<Equal<typeof rethrown, Resource<Database>>>,
    ]
  >();
}

export function ofMany() {
  const tuple = all([sync, given<Server>(), null]);
  const asyncTuple = all([sync, given<Socket>(), given<Promise<Server>>()]);
  const constTuple = all([sync, given<Server>()] as const);
  const array = all(given<Resource<Database>[]>());
  const readonlyArray = all(given<readonly Server[]>());
  const asyncArray = all(given<(Server | Socket)[]>(), { parallel: true });
  const mapped = all(["a", "b"].map((name) => given<Resource<[typeof name]>>()));
  const set = all(given<Set<Server>>());
  const generated = all(
    (function* () {
      yield sync;
    })(),
  );
  const record = all({ db: sync, server: given<Server>() });
  const asyncRecord = all({ db: async, server: given<Server>() }, { parallel: true });
  const dictionary = all(given<Record<string, Resource<Database>>>());
  const empty = all([]);
  const emptyRecord = all({});
  const nested = all([all({ db: sync }), map(async, () => 1)]);
  const first = race([sync, given<Resource<Date>>()]);
  const firstAsync = race([given<Server>(), async]);
  const firstOfSet = race(given<Set<Socket>>());
  const firstOrNothing = race([given<Server>(), null]);
  return given<
    [
      Assert<Equal<typeof tuple, Resource<[Database, Server, null]>>>,
      Assert<Equal<typeof asyncTuple, AsyncResource<[Database, Socket, Server]>>>,
      Assert<Equal<typeof constTuple, Resource<[Database, Server]>>>,
      Assert<Equal<typeof array, Resource<Database[]>>>,
      Assert<Equal<typeof readonlyArray, Resource<Server[]>>>,
      Assert<Equal<typeof asyncArray, AsyncResource<(Server | Socket)[]>>>,
      Assert<Equal<typeof mapped, Resource<[string][]>>>,
      Assert<Equal<typeof set, Resource<Server[]>>>,
      Assert<Equal<typeof generated, Resource<Database[]>>>,
      Assert<Equal<typeof record, Resource<{ db: Database; server: Server }>>>,
      Assert<Equal<typeof asyncRecord, AsyncResource<{ db: Database; server: Server }>>>,
      Assert<Equal<typeof dictionary, Resource<{ [name: string]: Database }>>>,
      Assert<Equal<typeof empty, Resource<[]>>>,
      Assert<Equal<typeof emptyRecord, Resource<{}>>>,
      Assert<Equal<typeof nested, AsyncResource<[{ db: Database }, number]>>>,
      Assert<Equal<typeof first, Resource<Database | Date>>>,
      Assert<Equal<typeof firstAsync, AsyncResource<Server | Database>>>,
      Assert<Equal<typeof firstOfSet, AsyncResource<Socket>>>,
      Assert<Equal<typeof firstOrNothing, Resource<Server | null>>>,
    ]
  >();
}

export async function acquired() {
  const [db, server] = raii(all([sync, given<Server>()]));
  const { a, b } = await raii(all({ a: async, b: map(sync, (it) => it.query("b")) }, { parallel: true }));
  const chain = await raii(
    onExit(
      flatMap(
        tap(async, () => {}),
        (it) =>
          recover(
            map(given<Server>(), ({ port }) => [it, port] as const),
            () => null,
          ),
      ),
      () => {},
    ),
  );
  const inProgram = run(function* () {
    const [first] = yield* acquire(all([sync]));
    return first.query("a");
  });
  return given<
    [
      Assert<Equal<typeof db, Database>>,
      Assert<Equal<typeof server, Server>>,
      Assert<Equal<typeof a, Database>>,
      Assert<Equal<typeof b, string[]>>,
      Assert<Equal<typeof chain, readonly [Database, number] | null>>,
      Assert<Equal<typeof inProgram, string[]>>,
    ]
  >();
}

export const ofGeneric = <R extends AsyncAcquirable>(resource: R) => tap(resource, () => {});
export const ofGenericResource = <T>(resource: Resource<T>) => map(resource, (handle) => [handle]);

export type Generics = [
  Assert<Equal<ReturnType<typeof ofGeneric<Server>>, Resource<Server>>>,
  Assert<Equal<ReturnType<typeof ofGeneric<Socket>>, AsyncResource<Socket>>>,
  Assert<Equal<ReturnType<typeof ofGenericResource<Date>>, Resource<Date[]>>>,
  Assert<Equal<Derived<Server | Socket, 1>, AsyncResource<1>>>,
  Assert<Equal<AsyncHandle<Derived<Server, Date>>, Date>>,
];

export async function refused() {
  // @ts-expect-error -- asynchronous without `await`: it is not there yet
  raii(map(async, (db) => db)).query("a");
  // @ts-expect-error -- one of them is asynchronous
  raii(all([sync, async]))[0].query("a");
  // @ts-expect-error -- the function is asynchronous
  raii(map(sync, async (db) => db)).query("a");
  // @ts-expect-error -- the function is asynchronous
  raii(tap(sync, async () => {})).query("a");
  // @ts-expect-error -- the release of it is asynchronous
  raii(onExit(sync, async () => {})).query("a");
  // @ts-expect-error -- what replaces it is asynchronous
  raii(recover(sync, () => async)).query("a");
  // @ts-expect-error -- a contestant is asynchronous
  raii(race([sync, async])).query("a");
  run(function* () {
    // @ts-expect-error -- what is asynchronous needs acquireAsync()
    yield* acquire(flatMap(sync, () => async));
  });

  const make = () => sync;
  // @ts-expect-error -- a function that makes a resource is none
  map(make, () => {});
  // @ts-expect-error -- close() is not dispose
  tap({ close() {} }, () => {});
  // @ts-expect-error -- a promise of no resource
  await raii(all([given<Promise<string>>()]));
  // @ts-expect-error -- a function is called for
  map(sync, 1);
  // @ts-expect-error -- a function is called for
  tap(sync, null);
  // @ts-expect-error -- a function is called for
  flatMap(sync, sync);
  // @ts-expect-error -- a function is called for
  onExit(sync, undefined);
  // @ts-expect-error -- a function is called for
  recover(sync, async);
  // @ts-expect-error -- the function is missing
  map(sync);
  // @ts-expect-error -- the handle is a Database
  map(sync, (db: Server) => db.port);
  // @ts-expect-error -- the handle is a Database
  tap(sync, (db) => db.port);
  // @ts-expect-error -- it returns no resource
  flatMap(sync, (db) => db.query("a"));
  // @ts-expect-error -- it returns no resource
  recover(sync, () => "instead");
  // @ts-expect-error -- the error may be anything
  recover(sync, (error: Error) => given<Resource<typeof error>>());
  // @ts-expect-error -- the exit, not the handle
  onExit(sync, (db) => db.query("a"));
  // @ts-expect-error -- only that of a failure carries an error
  onExit(sync, (exit) => exit.error);

  // @ts-expect-error -- the brackets are missing
  all(sync);
  // @ts-expect-error -- the brackets are missing
  all(given<Server>());
  // @ts-expect-error -- the brackets are missing
  all(sync, sync);
  // @ts-expect-error -- that is no list
  all("text");
  // @ts-expect-error -- that is no list
  all(5);
  // @ts-expect-error -- that is no list
  all(() => [sync]);
  // @ts-expect-error -- that is no list yet
  all(given<Promise<Server[]>>());
  // @ts-expect-error -- one of them is no resource
  all([sync, 1]);
  // @ts-expect-error -- one of them is no resource
  all({ db: sync, name: "a" });
  // @ts-expect-error -- it is either in parallel or not
  all([sync], { parallel: 2 });
  // @ts-expect-error -- misspelt
  all([sync], { paralel: true });
  // @ts-expect-error -- a race is of a list
  race({ a: sync, b: async });
  // @ts-expect-error -- the brackets are missing
  race(sync, async);
  // @ts-expect-error -- one of them is no resource
  race([sync, 1]);
}
