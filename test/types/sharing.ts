// Compiled and not run: what repeated, limited and shared resources give, and what they refuse.
import {
  acquire,
  acquireAsync,
  type AsyncAcquirable,
  type AsyncResource,
  memoize,
  type Pool,
  pool,
  raii,
  type Resource,
  retry,
  type RetryPolicy,
  run,
  runAsync,
  shared,
  sharedBy,
  type SharedMap,
  type Swappable,
  swappable,
  withTimeout,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

interface Socket extends AsyncDisposable {
  readonly address: string;
}

const sync = given<Resource<Database>>();
const async = given<AsyncResource<Database>>();

export function repeated() {
  const atOnce = retry(sync, { attempts: 3 });
  const told = retry(sync, { attempts: 3, when: (error, attempt) => error !== attempt, delay: 0 });
  const later = retry(sync, { attempts: 3, delay: 100, jitter: 1 });
  const byPolicy = retry(sync, given<RetryPolicy>());
  const slow = retry(async, { attempts: 3 });
  const slowLater = retry(async, { attempts: 3, delay: 100 });
  const either = retry(given<Resource<string> | AsyncResource<number>>(), { attempts: 3 });
  return given<
    [
      Assert<Equal<typeof atOnce, Resource<Database>>>,
      Assert<Equal<typeof told, Resource<Database>>>,
      Assert<Equal<typeof later, AsyncResource<Database>>>,
      Assert<Equal<typeof byPolicy, AsyncResource<Database>>>,
      Assert<Equal<typeof slow, AsyncResource<Database>>>,
      Assert<Equal<typeof slowLater, AsyncResource<Database>>>,
      Assert<Equal<typeof either, AsyncResource<string | number>>>,
    ]
  >();
}

export function limited() {
  const ofResource = withTimeout(sync, { acquire: 1 });
  const ofAsync = withTimeout(async, { release: 1, name: "db" });
  const ofDisposable = withTimeout(given<Server>(), {});
  const ofSocket = withTimeout(given<Socket | null>(), { acquire: 1, release: 1 });
  const ofPromise = withTimeout(given<Promise<AsyncResource<Database>>>(), { acquire: undefined });
  return given<
    [
      Assert<Equal<typeof ofResource, AsyncResource<Database>>>,
      Assert<Equal<typeof ofAsync, AsyncResource<Database>>>,
      Assert<Equal<typeof ofDisposable, AsyncResource<Server>>>,
      Assert<Equal<typeof ofSocket, AsyncResource<Socket | null>>>,
      Assert<Equal<typeof ofPromise, AsyncResource<Database>>>,
    ]
  >();
}

export async function together() {
  const one = shared(sync);
  const slow = shared(async, {
    idle: 100,
    onError: (error) => given<Assert<Equal<typeof error, unknown>>>(),
  });
  const kept = memoize(async);
  const byKey = sharedBy((tenant: string) => given<Resource<Database> & { tenant: typeof tenant }>());
  const byKeySlowly = sharedBy((port: number) => retry(async, { attempts: port }));
  const database = raii(raii(one));
  const slowDatabase = await raii(await raii(slow));
  const ofTenant = raii(raii(byKey).get("north"));
  const ofPort = await raii((await raii(byKeySlowly)).get(80));
  return given<
    [
      Assert<Equal<typeof one, Resource<Resource<Database>>>>,
      Assert<Equal<typeof slow, AsyncResource<AsyncResource<Database>>>>,
      Assert<Equal<typeof kept, AsyncResource<AsyncResource<Database>>>>,
      Assert<Equal<typeof byKey, Resource<SharedMap<string, Resource<Database>>>>>,
      Assert<Equal<typeof byKeySlowly, AsyncResource<SharedMap<number, AsyncResource<Database>>>>>,
      Assert<Equal<typeof database, Database>>,
      Assert<Equal<typeof slowDatabase, Database>>,
      Assert<Equal<typeof ofTenant, Database>>,
      Assert<Equal<typeof ofPort, Database>>,
    ]
  >();
}

export async function inTurn() {
  const place = swappable(sync);
  const log = await raii(place);
  const swapping = log.swap(async);
  await log.swap(given<Promise<AsyncResource<Database>>>());
  const nullable = await raii(swappable(given<Socket | null>()));
  await nullable.swap(null);
  await nullable.swap(given<Socket>());
  await nullable.swap(given<Promise<Socket>>());
  const { current } = nullable;
  const borrowed = raii(log.get());
  return given<
    [
      Assert<Equal<typeof place, AsyncResource<Swappable<Database>>>>,
      Assert<Equal<typeof swapping, Promise<void>>>,
      Assert<Equal<typeof current, Socket | null>>,
      Assert<Equal<typeof borrowed, Database>>,
    ]
  >();
}

export async function pooled() {
  const ofSync = pool(sync, { max: 2 });
  const ofAsync = pool(async, {
    max: 2,
    validate: (item) => {
      given<Assert<Equal<typeof item, Database>>>();
      return item.query("select 1").length > 0;
    },
  });
  const asking = pool(async, { max: 2, validate: async (item) => item.query("select 1").length > 0 });
  const connections = await raii(ofAsync);
  const connection = await raii(connections);
  const wider: AsyncResource<Pool<Database | null>> = ofAsync;
  const used: AsyncAcquirable = connections;
  const program = runAsync(function* () {
    return yield* acquireAsync(yield* acquireAsync(asking));
  });
  return [
    given<
      [
        Assert<Equal<typeof ofSync, AsyncResource<Pool<Database>>>>,
        Assert<Equal<typeof connections, Pool<Database>>>,
        Assert<Equal<typeof connection, Database>>,
        Assert<Equal<typeof program, Promise<Database>>>,
      ]
    >(),
    wider,
    used,
  ];
}

export async function refused() {
  // @ts-expect-error -- what is there already cannot be acquired again
  retry(given<Promise<Resource<Database>>>(), { attempts: 3 });
  // @ts-expect-error -- nor what is disposed of
  retry(given<Server>(), { attempts: 3 });
  // @ts-expect-error -- nor can that be shared
  shared(given<Promise<Resource<Database>>>());
  // @ts-expect-error -- by key, too
  sharedBy((_: string) => given<Server>());
  // @ts-expect-error -- nor kept in a pool
  pool(given<Socket>(), { max: 2 });
  // @ts-expect-error -- a function that makes a resource is none
  memoize(() => sync);

  // @ts-expect-error -- how often?
  retry(sync, {});
  // @ts-expect-error -- a promise is always true
  retry(sync, { attempts: 3, when: async () => false });
  // @ts-expect-error -- the backoff has another name
  retry(sync, { attempts: 3, delay: 1, backoff: 2 });
  // @ts-expect-error -- milliseconds
  withTimeout(async, { acquire: "1s" });
  // @ts-expect-error -- of what?
  withTimeout(async, 1000);
  // @ts-expect-error -- how many?
  pool(async, { min: 1 });
  // @ts-expect-error -- it says whether it is valid
  pool(async, { max: 1, validate: (item) => void item.query("select 1") });
  // @ts-expect-error -- another item
  pool(async, { max: 1, validate: (item: Server) => item.port > 0 });

  // @ts-expect-error -- with a delay it takes time
  raii(retry(sync, { attempts: 3, delay: 100 })).query("select 1");
  // @ts-expect-error -- with a timeout, too
  raii(withTimeout(sync, { acquire: 1 })).query("select 1");
  run(function* () {
    // @ts-expect-error -- a pool is waited for
    yield* acquire(pool(sync, { max: 1 }));
    // @ts-expect-error -- what takes time does so when it is shared
    yield* acquire(shared(async));
  });
  // @ts-expect-error -- that is the shared resource, which is still to be borrowed
  raii(shared(sync)).query("select 1");
  // @ts-expect-error -- that is the pool
  (await raii(pool(async, { max: 1 }))).query("select 1");
  // @ts-expect-error -- a pool is not borrowed before it is acquired
  const early: AsyncResource<Database> = pool(async, { max: 1 });

  const log = await raii(swappable(sync));
  // @ts-expect-error -- a handle of another type
  await log.swap(given<Resource<string>>());
  // @ts-expect-error -- a handle, and no resource
  await log.swap(given<Database>());
  // @ts-expect-error -- swapped, not assigned
  log.current = given<Database>();
  const connections = await raii(pool(async, { max: 1 }));
  // @ts-expect-error -- only to be read
  connections.size = 3;
  const hosts = raii(sharedBy((_: string) => sync));
  // @ts-expect-error -- another key
  hosts.get(1);
  return early;
}
