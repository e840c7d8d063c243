const forgotten = "forgotten-disposable";
const floating = "escape-by-promise";

/**
 * What the rules find in the code as it is, at the commits of code-bases.mjs, each judged by reading it: what it is, and whether
 * it is right. Counts are those of `npm run test:planted -- --list`.
 */
export const judged = [
  row("capnweb", forgotten, 28, "right", "stubs, promises and sessions that tests make and never dispose"),
  row(
    "capnweb",
    forgotten,
    10,
    "on purpose",
    "sessions that a test breaks itself, their stubs, and a promise left alone",
  ),
  row("capnweb", forgotten, 3, "right", "typed `any` by the test, while the call gives a Disposable"),
  row("capnweb", forgotten, 2, "false alarm", "a call recorded by `map()`, which is not made there"),
  row("capnweb", forgotten, 2, "false alarm", "`await promise.catch(() => {})`, whose value is nothing"),
  row("capnweb", forgotten, 3, "false alarm", "what the other side, or the batch that is sent, ends"),
  row("capnweb", floating, 1, "on purpose", "a call that flow control is to hold back"),
  row("capnweb", floating, 1, "right", "waited for by a loop that gives up after a time"),
  row("trpc", forgotten, 23, "false alarm", "`vi.fn()`: a Disposable by type that holds nothing"),
  row("trpc", forgotten, 3, "false alarm", "a fixture of konn, whose `afterEach` closes it"),
  row("trpc", forgotten, 1, "false alarm", "fake timers that are put back by another call"),
  row(
    "trpc",
    floating,
    17,
    "right",
    "`Promise.all` of several calls: one fails, the others outlive the server",
  ),
  row("trpc", floating, 2, "false alarm", "`Promise.race` with `iterator.next()`: the release waits for it"),
  row("trpc", floating, 1, "false alarm", "a call that fails before `waitFor` lets the test go on"),
  row("worker", floating, 2, "right", "promises collected, and awaited only after other work that may fail"),
  row("pg-boss", floating, 1, "right", "`Promise.all` of two calls on two connections"),
  row(
    "apollo-client",
    forgotten,
    49,
    "right",
    "streams that keep their subscription; others beside them have `using`",
  ),
  row(
    "gateway",
    "dispose-returns-promise",
    7,
    "right",
    "`using` of what returns a promise from its release (here it is settled)",
  ),
  row("gateway", forgotten, 8, "false alarm", "what the tests' own stack of leftovers releases"),
  row("gateway", forgotten, 9, "false alarm", "loggers, whose release only flushes"),
  row("gateway", forgotten, 3, "false alarm", "released by hand with `x[DisposableSymbols.asyncDispose]()`"),
  row("gateway", forgotten, 7, "right", "servers, gateways and a queue that tests never release"),
  row("gateway", forgotten, 1, "false alarm", "a spy on what the test itself disposes"),
  row("gateway", floating, 1, "right", "`Promise.all` of two queries of one gateway"),
];

function row(name, key, count, judgement, what) {
  return { name, key, count, judgement, what };
}
