/** A program of each: `effect` is the package, its modules by name. */
const observations = {
  all: ({ Effect, Ref }) =>
    Effect.gen(function* () {
      const sum = yield* Ref.make(0);
      const adds = Array.from({ length: 20 }, (_, i) => Ref.update(sum, (n) => n + i));
      yield* Effect.all(adds, { concurrency: 5 });
      return yield* Ref.get(sum);
    }),
  acquireRelease: ({ Effect }) => {
    const log = [];
    const resource = (name) =>
      Effect.acquireRelease(
        Effect.sync(() => log.push(`+${name}`)),
        (_, exit) => Effect.sync(() => log.push(`-${name} ${exit._tag}`)),
      );
    const body = Effect.zipRight(resource("a"), Effect.zipRight(resource("b"), Effect.fail("failed")));
    return Effect.scoped(body).pipe(Effect.exit, Effect.as(log));
  },
  async: ({ Effect }) =>
    Effect.async((resume) => void setTimeout(() => resume(Effect.succeed("resumed")), 1)),
  cache: ({ Cache, Effect }) =>
    Effect.gen(function* () {
      const lookup = (key) => Effect.succeed(key.length);
      const cache = yield* Cache.make({ capacity: 2, timeToLive: "1 minute", lookup });
      for (const key of ["a", "bb", "a", "ccc"]) yield* cache.get(key);
      return yield* cache.cacheStats;
    }),
  catchTags: ({ Data, Effect }) => {
    class Missing extends Data.TaggedError("Missing") {}
    return Effect.fail(new Missing({ id: 7 })).pipe(
      Effect.catchTags({ Missing: ({ id }) => Effect.succeed(`missing ${id}`) }),
    );
  },
  cause: ({ Cause }) => Cause.parallel(Cause.fail("a"), Cause.sequential(Cause.die("b"), Cause.empty)),
  chunk: ({ Chunk }) =>
    Chunk.range(1, 10).pipe(
      Chunk.filter((n) => n % 3 !== 0),
      Chunk.reverse,
      Chunk.splitAt(3),
    ),
  config: ({ Config, ConfigProvider, Effect }) =>
    Effect.withConfigProvider(
      Config.all([Config.number("PORT"), Config.withDefault(Config.string("HOST"), "localhost")]),
      ConfigProvider.fromMap(new Map([["PORT", "80"]])),
    ),
  context: ({ Context, Effect }) => {
    class Random extends Context.Tag("Random")() {}
    return Effect.flatMap(Random, ({ next }) => next).pipe(
      Effect.provideService(Random, { next: Effect.succeed(4) }),
    );
  },
  cron: ({ Cron }) => Cron.next(Cron.unsafeParse("0 0 4 8-14 * *", "UTC"), new Date("2021-01-08T00:00:00Z")),
  data: ({ Data, Equal, Hash }) => {
    const values = [Data.struct({ a: 1 }), Data.struct({ a: 1 }), Data.tuple(1, 2)];
    return [Equal.equals(values[0], values[1]), Equal.equals(values[0], values[2]), Hash.hash(values[0])];
  },
  dateTime: ({ DateTime }) =>
    DateTime.unsafeMake("2024-02-28T12:00:00Z").pipe(DateTime.add({ days: 2 }), DateTime.formatIso),
  deferred: ({ Deferred, Effect, Fiber }) =>
    Effect.gen(function* () {
      const deferred = yield* Deferred.make();
      const fiber = yield* Effect.fork(Deferred.await(deferred));
      yield* Deferred.succeed(deferred, "done");
      return yield* Fiber.join(fiber);
    }),
  duration: ({ Duration }) => [
    Duration.format("90 minutes"),
    Duration.toMillis(Duration.sum("1 second", "2 millis")),
  ],
  either: ({ Either }) => Either.all([Either.right(1), Either.left("no"), Either.right(3)]),
  encoding: ({ Encoding }) => [
    Encoding.encodeBase64("hällo"),
    Encoding.encodeHex("hi"),
    Encoding.decodeBase64("!"),
  ],
  fiberRef: ({ Effect, FiberRef }) =>
    Effect.gen(function* () {
      const ref = yield* FiberRef.make(0);
      const inner = yield* Effect.locally(FiberRef.get(ref), ref, 1);
      return [inner, yield* FiberRef.get(ref)];
    }).pipe(Effect.scoped),
  forEach: ({ Effect }) =>
    Effect.forEach([3, 1, 2], (n) => Effect.delay(Effect.succeed(n * 2), n), { concurrency: "unbounded" }),
  graph: ({ Graph }) =>
    Graph.directed((graph) => {
      const [a, b, c] = ["a", "b", "c"].map((name) => Graph.addNode(graph, name));
      Graph.addEdge(graph, a, b, 1);
      Graph.addEdge(graph, b, c, 2);
    }).pipe((graph) => [Graph.isAcyclic(graph), ...Graph.values(Graph.topo(graph))]),
  hashMap: ({ HashMap, HashSet }) => [
    HashMap.reduce(
      HashMap.fromIterable(Array.from({ length: 100 }, (_, i) => [i, i])),
      0,
      (sum, n) => sum + n,
    ),
    HashSet.size(HashSet.fromIterable("mississippi")),
  ],
  interrupt: ({ Effect, Fiber }) =>
    Effect.gen(function* () {
      const log = [];
      const fiber = yield* Effect.fork(
        Effect.onInterrupt(Effect.never, () => Effect.sync(() => log.push("interrupted"))),
      );
      yield* Effect.yieldNow();
      const exit = yield* Fiber.interrupt(fiber);
      return [exit._tag, ...log];
    }),
  layer: ({ Context, Effect, Layer }) => {
    class A extends Context.Tag("A")() {}
    class B extends Context.Tag("B")() {}
    const layers = Layer.effect(
      B,
      Effect.map(A, (a) => a + 1),
    ).pipe(Layer.provideMerge(Layer.succeed(A, 1)));
    return Effect.provide(Effect.all([A, B]), layers);
  },
  match: ({ Match }) => {
    const match = Match.type().pipe(
      Match.when(Match.number, (n) => n + 1),
      Match.orElse(() => "other"),
    );
    return [match(1), match("x")];
  },
  metric: ({ Effect, Metric }) => {
    const counter = Metric.counter("calls");
    return Effect.zipRight(Metric.incrementBy(counter, 3), Metric.value(counter));
  },
  option: ({ Option }) =>
    Option.gen(function* () {
      return (yield* Option.some(1)) + (yield* Option.fromNullable(2));
    }),
  order: ({ Array, Order }) =>
    Array.sort(["bb", "a", "ccc"], Order.reverse(Order.mapInput(Order.number, (s) => s.length))),
  promise: ({ Effect }) =>
    Effect.tryPromise({
      try: async () => {
        throw new Error("no");
      },
      catch: String,
    }),
  pubSub: ({ Effect, PubSub, Queue }) =>
    Effect.gen(function* () {
      const pubSub = yield* PubSub.bounded(4);
      const queues = [yield* PubSub.subscribe(pubSub), yield* PubSub.subscribe(pubSub)];
      yield* PubSub.publishAll(pubSub, [1, 2, 3]);
      return yield* Effect.all(queues.map((queue) => Queue.takeAll(queue)));
    }).pipe(Effect.scoped),
  queue: ({ Effect, Fiber, Queue }) =>
    Effect.gen(function* () {
      const queue = yield* Queue.bounded(1);
      const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], (n) => Queue.offer(queue, n)));
      const taken = [yield* Queue.take(queue), yield* Queue.take(queue), yield* Queue.take(queue)];
      yield* Fiber.join(fiber);
      return taken;
    }),
  random: ({ Effect, Random }) =>
    Effect.withRandom(Effect.replicateEffect(Random.nextIntBetween(0, 100), 5), Random.make("seed")),
  race: ({ Effect }) =>
    Effect.race(Effect.delay(Effect.succeed("slow"), 500), Effect.delay(Effect.succeed("fast"), 1)),
  redacted: ({ Redacted }) => [String(Redacted.make("secret")), Redacted.value(Redacted.make("secret"))],
  retry: ({ Effect, Schedule }) => {
    let count = 0;
    return Effect.sync(() => ++count).pipe(
      Effect.flatMap(Effect.fail),
      Effect.retry(Schedule.recurs(3)),
      Effect.exit,
    );
  },
  runSync: ({ Effect }) =>
    Effect.runSyncExit(Effect.try(() => JSON.parse("{")).pipe(Effect.mapError((e) => e._tag))),
  schema: ({ Schema }) => {
    const User = Schema.Struct({ age: Schema.NumberFromString, tags: Schema.Array(Schema.NonEmptyString) });
    const decode = Schema.decodeUnknownEither(User, { errors: "all" });
    return [
      decode({ age: "12", tags: ["x"] }),
      decode({ age: 1, tags: ["", 2] }),
      Schema.encodeSync(User)({ age: 1, tags: [] }),
    ].map(String);
  },
  schemaClass: ({ JSONSchema, Schema }) => {
    class Point extends Schema.Class("Point")({
      x: Schema.Number,
      y: Schema.optionalWith(Schema.Number, { default: () => 0 }),
    }) {}
    return [new Point({ x: 1 }), JSONSchema.make(Point)];
  },
  semaphore: ({ Effect }) =>
    Effect.gen(function* () {
      const log = [];
      const semaphore = yield* Effect.makeSemaphore(1);
      const task = (n) =>
        semaphore.withPermits(1)(
          Effect.zipRight(
            Effect.sync(() => log.push(`+${n}`)),
            Effect.delay(
              Effect.sync(() => log.push(`-${n}`)),
              1,
            ),
          ),
        );
      yield* Effect.all([task(1), task(2)], { concurrency: 2 });
      return log;
    }),
  stm: ({ Effect, STM, TRef }) =>
    Effect.gen(function* () {
      const ref = yield* TRef.make(10);
      const take = (n) =>
        TRef.get(ref).pipe(
          STM.flatMap((have) => (have < n ? STM.fail("too little") : TRef.set(ref, have - n))),
        );
      return [
        yield* Effect.either(STM.commit(take(20))),
        yield* STM.commit(STM.zipRight(take(4), TRef.get(ref))),
      ];
    }),
  stream: ({ Chunk, Effect, Stream }) =>
    Stream.range(1, 10).pipe(
      Stream.mapEffect((n) => Effect.succeed(n * 2), { concurrency: 3 }),
      Stream.grouped(3),
      Stream.map(Chunk.toReadonlyArray),
      Stream.concat(
        Stream.fromAsyncIterable(
          (async function* () {
            yield* ["x", "y"];
          })(),
          String,
        ),
      ),
      Stream.runCollect,
    ),
  streamSink: ({ Sink, Stream }) =>
    Stream.range(1, 6).pipe(Stream.transduce(Sink.foldLeft(0, (sum, n) => sum + n)), Stream.runCollect),
  testClock: ({ Effect, Fiber, TestClock, TestContext }) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.timeoutOption(Effect.never, "1 hour"));
      yield* TestClock.adjust("2 hours");
      return yield* Fiber.join(fiber);
    }).pipe(Effect.provide(TestContext.TestContext)),
  trie: ({ RedBlackTree, Order, Trie }) => [
    Trie.toEntriesWithPrefix(
      Trie.fromIterable([
        ["call", 0],
        ["car", 1],
        ["me", 2],
      ]),
      "ca",
    ),
    ...RedBlackTree.keys(
      RedBlackTree.fromIterable(
        [
          [3, "c"],
          [1, "a"],
        ],
        Order.number,
      ),
    ),
  ],
};

/** @returns what each of them ends with, by name. */
export async function observe(load) {
  const effect = load("index.js");
  const { Effect } = effect;
  const log = {};
  for (const [name, create] of Object.entries(observations)) {
    const result = create(effect);
    log[name] = Effect.isEffect(result) ? show(await Effect.runPromiseExit(result)) : show(result);
  }
  return log;
}

const show = (value) =>
  JSON.stringify(value, (_, each) => (each instanceof Error ? String(each) : each)) ?? String(value);
