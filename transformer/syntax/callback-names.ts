/**
 * Who keeps the functions that they are given and calls them later, and who calls them at once, as names show. Of the others
 * nothing is said.
 */
import { oneOf, words, wordsOf } from "./member-names";

/** Whether a method keeps the function that it is given, and calls it when something happens. */
export const isListening = oneOf(
  "on once addListener addEventListener prependListener prependOnceListener subscribe",
);

/** Whether a method of a router keeps a handler for the requests that are to come. */
export const isRouting = oneOf("get post put patch delete del head options all use route ws");

/**
 * Whether a method of what is there for long keeps a handler: of a queue, a broker, a scheduler, a server, a browser's page,
 * an extension's host.
 */
const keeping = words(
  "addHook consume define eachMessage exposeBinding exposeFunction handle handleOnce hook intercept middleware observe process",
  "pSubscribe psubscribe registerCommand registerTool route routeWebSocket schedule scheduleJob setErrorHandler",
  "setNotFoundHandler setRequestHandler sSubscribe use watch watchFile work",
);

/** Whether a method is done when it keeps what it is given, so that to await it is not to await what is kept. */
export const isSubscribing = oneOf(
  "subscribe pSubscribe psubscribe sSubscribe consume exposeBinding exposeFunction route routeWebSocket addHook run",
);

/** Whether a method keeps what it is given: one of the table, or one whose name says so, as `onMessage`. */
export function isKeeping(name: string): boolean {
  return keeping.has(name) || isRegistering(name);
}

/** Whether an option is a function that is called for each of what comes. */
export const isHandlerOption = oneOf(
  "eachBatch eachMessage handler handleRequest onMessage onRequest onConnection",
);

/** `onExit`, `onDidChange`: what is given is called then. */
export function isRegistering(name: string): boolean {
  return /^\$?on\p{Lu}/u.test(name) && wordsOf(name).length > 1;
}

/** Whether a function of its own, of a framework, calls what it is given later: when a component is there, or has changed. */
export const isHook = oneOf(
  "useEffect useLayoutEffect useInsertionEffect useCallback watch watchEffect afterRender nextTick",
);

/** Whether a function of a test runner keeps the function that it is given until all are collected. `describe` calls it at once. */
export const isTest = oneOf(
  `it it.only it.skip it.concurrent test test.only test.skip test.concurrent test.serial specify bench Deno.test Deno.bench
  before beforeEach beforeAll after afterEach afterAll setup teardown suiteSetup suiteTeardown
  test.beforeEach test.beforeAll test.afterEach test.afterAll t.after t.afterEach t.before t.beforeEach`,
);

/** Whether the first parameter of a function says that it is called back, with an error or without. */
export const isErrorName = oneOf("e err error");

/** Whether a function, as it is written where it is called, calls what it is given once the caller has gone on. */
export function isTimer(name: string): boolean {
  const [owner, member] = name.includes(".") ? name.split(".") : ["", name];
  return timers.has(member!)
    ? /^(?:window|globalThis|self|global|timers|)$/.test(owner!)
    : otherTimers.has(name);
}

const timers = words(
  "setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame requestIdleCallback requestVideoFrameCallback",
);

const otherTimers = words("process.nextTick lodash.delay lodash.defer _.delay _.defer");

/** Whether a timer goes on until it is told to stop. */
export const isRepeating = oneOf("setInterval");

/** Whether a function gives another that calls it a while after it has last been called. */
export const isDelaying = oneOf(
  "debounce throttle debounceFn throttleFn useDebouncedCallback useThrottledCallback",
);

/** Whether what such a function has pending is dropped, or done at once. */
export const isSettling = oneOf("cancel flush clear stop dispose");

/** Whether a function makes timers or listeners go away, or fires them by itself as tests do. */
export const isCancelling = oneOf(
  `clearTimeout clearInterval clearImmediate cancelAnimationFrame cancelIdleCallback off removeListener removeAllListeners
  removeEventListener unsubscribe unobserve disconnect abort useFakeTimers advanceTimersByTime runAllTimers runOnlyPendingTimers
  unsubscribeAll removeSubscriber punsubscribe unroute removeHandler unwatch unwatchFile offAny`,
);

/** Whether a method calls the function that it is given before it returns, for each of what its object holds. */
export const callsAtOnce = oneOf(
  `forEach map flatMap filter find findIndex findLast findLastIndex some every reduce reduceRight sort toSorted each replace
  replaceAll from times mapValues mapKeys forOwn forIn groupBy keyBy partition sortBy sumBy minBy maxBy uniqBy countBy tap thru
  describe suite context batch run runInContext untracked runSync`,
);

/** Whether a word of the name of a type says that its events come from elsewhere, and so never in the middle of a call. */
export function isFromElsewhere(name: string): boolean {
  return wordsOf(name).some((word) => elsewhere.has(word));
}

const elsewhere = words(
  "browser channel client cluster connection consumer document express fastify hono io koa page pool process queue redis",
  "request response router server socket subscriber watcher web window worker application app ipc",
);

/** Whether an event of the process may come while a function runs that ends it: `process.exit()`. */
export const isEventOfExit = oneOf("exit beforeExit uncaughtException unhandledRejection warning message");

/** Whether a function of rxjs makes what gives all its values as it is subscribed to. */
export const isSynchronous = oneOf("of from range EMPTY");
