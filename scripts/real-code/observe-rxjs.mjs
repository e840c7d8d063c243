const a = "-a-b-c-d|";
const b = "---x--y-z|";

/** An observable of each operator, in virtual time: `rx` is the package, `hot` and `cold` make observables of marbles. */
const observations = {
  audit: (rx, { cold, hot }) => hot(a).pipe(rx.audit(() => cold("--x"))),
  auditTime: (rx, { hot }) => hot(a).pipe(rx.auditTime(3)),
  buffer: (rx, { hot }) => hot(a).pipe(rx.buffer(hot(b))),
  bufferCount: (rx, { hot }) => hot(a).pipe(rx.bufferCount(2, 1)),
  bufferTime: (rx, { hot }) => hot(a).pipe(rx.bufferTime(4)),
  bufferToggle: (rx, { cold, hot }) => hot(a).pipe(rx.bufferToggle(hot(b), () => cold("---x"))),
  bufferWhen: (rx, { cold, hot }) => hot(a).pipe(rx.bufferWhen(() => cold("---x"))),
  catchError: (rx, { cold }) => cold("-a-#").pipe(rx.catchError((error) => rx.of(`caught ${error}`))),
  combineLatest: (rx, { hot }) => rx.combineLatest([hot(a), hot(b)]),
  concat: (rx, { cold }) => rx.concat(cold(a), cold(b)),
  concatMap: (rx, { cold, hot }) =>
    hot(a).pipe(rx.concatMap((value) => cold("-1-2|").pipe(rx.map((n) => value + n)))),
  count: (rx, { hot }) => hot(a).pipe(rx.count((value) => value > "a")),
  debounceTime: (rx, { hot }) => hot("-ab--c-d---e|").pipe(rx.debounceTime(2)),
  defaultIfEmpty: (rx, { cold }) => cold("--|").pipe(rx.defaultIfEmpty("none")),
  defer: (rx, { cold }) => rx.defer(() => cold(a)),
  delay: (rx, { hot }) => hot(a).pipe(rx.delay(3)),
  delayWhen: (rx, { cold, hot }) =>
    hot(a).pipe(rx.delayWhen((value) => cold(value === "b" ? "----x" : "-x"))),
  dematerialize: (rx, { cold }) => cold(a).pipe(rx.materialize(), rx.dematerialize()),
  distinct: (rx, { cold }) => cold("-a-b-a-c-b|").pipe(rx.distinct()),
  distinctUntilChanged: (rx, { cold }) => cold("-a-a-b-b-a|").pipe(rx.distinctUntilChanged()),
  elementAt: (rx, { cold }) => cold(a).pipe(rx.elementAt(9)),
  every: (rx, { cold }) => cold(a).pipe(rx.every((value) => value < "c")),
  exhaustMap: (rx, { cold, hot }) =>
    hot(a).pipe(rx.exhaustMap((value) => cold("-1-2|").pipe(rx.map((n) => value + n)))),
  expand: (rx) => rx.of(1).pipe(rx.expand((n) => (n < 60 ? rx.of(n * 3).pipe(rx.delay(2)) : rx.EMPTY))),
  filter: (rx, { cold }) => cold(a).pipe(rx.filter((value) => value !== "b")),
  finalize: (rx, { cold }) => {
    const ends = [];
    const body = cold(a).pipe(
      rx.take(2),
      rx.finalize(() => ends.push("finalized")),
    );
    return rx.concat(
      body,
      rx.defer(() => rx.from(ends)),
    );
  },
  forkJoin: (rx, { cold }) => rx.forkJoin({ a: cold(a), b: cold(b) }),
  generate: (rx) => rx.generate({ initialState: 1, condition: (n) => n < 99, iterate: (n) => n * 2 }),
  groupBy: (rx, { hot }) =>
    hot(a).pipe(
      rx.groupBy((value) => value > "b"),
      rx.mergeMap((group) => group.pipe(rx.toArray())),
    ),
  iif: (rx, { cold }) => rx.iif(() => true, cold(a), cold(b)),
  interval: (rx) => rx.interval(3).pipe(rx.take(4)),
  isEmpty: (rx, { cold }) => cold("--|").pipe(rx.isEmpty()),
  last: (rx, { cold }) => cold(a).pipe(rx.last((value) => value < "d")),
  merge: (rx, { hot }) => rx.merge(hot(a), hot(b)),
  mergeMap: (rx, { cold, hot }) =>
    hot(a).pipe(rx.mergeMap((value) => cold("-1-2|").pipe(rx.map((n) => value + n)), 2)),
  mergeScan: (rx, { hot }) =>
    hot(a).pipe(rx.mergeScan((sum, value) => rx.of(sum + value).pipe(rx.delay(1)), "")),
  min: (rx, { cold }) => cold("-c-b-a-d|").pipe(rx.min()),
  onErrorResumeNext: (rx, { cold }) => rx.onErrorResumeNext(cold("-a#"), cold(b)),
  pairwise: (rx, { cold }) => cold(a).pipe(rx.pairwise()),
  partition: (rx, { hot }) => rx.concat(...rx.partition(hot(a), (value) => value < "c")),
  race: (rx, { cold }) => rx.race(cold("----a|"), cold("--b-c|")),
  range: (rx) => rx.range(5, 4),
  reduce: (rx, { cold }) => cold(a).pipe(rx.reduce((sum, value) => sum + value, "")),
  repeat: (rx, { cold }) => cold("-a-b|").pipe(rx.repeat({ count: 3, delay: 2 })),
  retry: (rx, { cold }) => cold("-a-#").pipe(rx.retry({ count: 2, delay: 1 })),
  sample: (rx, { hot }) => hot(a).pipe(rx.sample(hot(b))),
  scan: (rx, { cold }) => cold(a).pipe(rx.scan((sum, value) => sum + value, "")),
  sequenceEqual: (rx, { cold }) => cold(a).pipe(rx.sequenceEqual(cold("a-b-c-d|"))),
  share: (rx, { cold }) => {
    const shared = cold(a).pipe(rx.share());
    return rx.merge(shared, shared.pipe(rx.delay(1)));
  },
  shareReplay: (rx, { cold }) => {
    const shared = cold(a).pipe(rx.shareReplay(2));
    return rx.merge(shared, rx.timer(6).pipe(rx.switchMap(() => shared)));
  },
  single: (rx, { cold }) => cold(a).pipe(rx.single((value) => value > "b")),
  skipUntil: (rx, { hot }) => hot(a).pipe(rx.skipUntil(hot(b))),
  startWith: (rx, { cold }) => cold(a).pipe(rx.startWith("s"), rx.endWith("e")),
  subjects: (rx) => {
    const subjects = [
      new rx.Subject(),
      new rx.BehaviorSubject(0),
      new rx.ReplaySubject(2),
      new rx.AsyncSubject(),
    ];
    for (const subject of subjects) for (const value of [1, 2, 3]) subject.next(value);
    const all = rx.merge(...subjects);
    rx.timer(3).subscribe(() => subjects.forEach((subject) => (subject.next(4), subject.complete())));
    return all;
  },
  switchMap: (rx, { cold, hot }) =>
    hot(a).pipe(rx.switchMap((value) => cold("-1-2-3|").pipe(rx.map((n) => value + n)))),
  takeLast: (rx, { cold }) => cold(a).pipe(rx.takeLast(2)),
  takeUntil: (rx, { cold, hot }) => hot(a).pipe(rx.takeUntil(cold("----x"))),
  takeWhile: (rx, { cold }) => cold(a).pipe(rx.takeWhile((value) => value < "c", true)),
  tap: (rx, { cold }) =>
    cold(a).pipe(
      rx.tap({
        next: (value) => {
          if (value === "c") throw "thrown";
        },
      }),
    ),
  throttleTime: (rx, { hot }) =>
    hot(a).pipe(rx.throttleTime(3, undefined, { leading: true, trailing: true })),
  timeInterval: (rx, { cold }) =>
    cold(a).pipe(
      rx.timeInterval(),
      rx.map(({ interval }) => interval),
    ),
  timeout: (rx, { cold }) => cold("-a------b|").pipe(rx.timeout({ each: 4, with: () => rx.of("late") })),
  toArray: (rx, { cold }) => cold(a).pipe(rx.toArray()),
  using: (rx, { cold }) =>
    rx.using(
      () => new rx.Subscription(),
      () => cold(a),
    ),
  window: (rx, { hot }) =>
    hot(a).pipe(
      rx.window(hot(b)),
      rx.mergeMap((each) => each.pipe(rx.toArray())),
    ),
  windowCount: (rx, { hot }) =>
    hot(a).pipe(
      rx.windowCount(2),
      rx.mergeMap((each) => each.pipe(rx.toArray())),
    ),
  windowTime: (rx, { hot }) =>
    hot(a).pipe(
      rx.windowTime(4),
      rx.mergeMap((each) => each.pipe(rx.toArray())),
    ),
  withLatestFrom: (rx, { hot }) => hot(a).pipe(rx.withLatestFrom(hot(b))),
  zip: (rx, { cold }) => rx.zip(cold(a), cold(b), rx.range(1, 9)),
};

/** @returns what each of them emits, when and how it ends, by name. */
export async function observe(load) {
  const rx = load("index.js");
  const { TestScheduler } = load("testing/index.js");
  const log = {};
  for (const [name, create] of Object.entries(observations)) {
    const scheduler = new TestScheduler((actual) => {
      log[name] = JSON.stringify(actual, (_, value) => (value instanceof Error ? String(value) : value));
    });
    scheduler.run((helpers) => helpers.expectObservable(create(rx, helpers)).toBe(""));
  }
  const values = rx.interval(1).pipe(rx.take(3));
  log.lastValueFrom = String(await rx.lastValueFrom(values));
  log.firstValueFrom = await rx.firstValueFrom(rx.EMPTY).catch(String);
  const forEach = [];
  await values.forEach((value) => forEach.push(value));
  log.forEach = String(forEach);
  return log;
}
