/**
 * What the name of a function or a member tells about what it does. Types do not say that a method closes its object, so
 * the rules go by words that are used everywhere. A name is read as the words that it is written with: `closeAll` and
 * `isClosed` speak of an end, `sendMessage`, `append` and `render` do not.
 */

/** After these there is nothing left to use. */
const finalWords = words(
  "abort aborted aborting",
  "cancel canceled canceling cancelled cancelling",
  "close closed closes closing",
  "destroy destroyed destroying",
  "disconnect disconnected disconnecting",
  "dispose disposed disposes disposing disposal",
  "done",
  "end ended ending",
  "exit exited",
  "finish finished finishing",
  "kill killed",
  "quit",
  "release released releases releasing",
  "shutdown",
  "stop stopped stopping",
  "teardown",
  "terminate terminated terminating termination",
);

/** These bring something back to what it was. */
const resettingWords = words(
  "clear cleared clearing",
  "free freed",
  "reset",
  "restore restored restoring",
  "shut",
);

/** These let go of something, or give it to somebody else. */
const lettingGoWords = words(
  "commit commits rollback",
  "detach detached",
  "discard discarded",
  "drain drained draining",
  "move moved",
  "pipe",
  "remove removed",
  "unlock unlocked",
  "unref",
  "unsubscribe unsubscribed",
);

/** These last until something happens elsewhere. */
const waitingWords = words(
  "wait until once join closed settled idle listen serve start run loop watch consume forever poll drain",
);

/** What an end can be called besides: it changes nothing about that. */
const manners = words("all and async force forcefully gracefully immediately now self sync");

/** The methods that `closing()` of the runtime looks for by itself, in its order, and after them those that it must be told. */
export const closingMethods = ["close", "end", "destroy", "disconnect", "terminate", "release", "stop"];

/** How many of them it looks for. */
export const foundByClosing = 3;

/** The words of a name in camel case, Pascal case or snake case, in lower case. `shutDown` is one, as `shutdown` is. */
export function wordsOf(name: string): readonly string[] {
  const joined = name.replace(/(shut|tear)_?Down/gi, "$1down");
  const found = joined.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+|\p{N}+/gu) ?? [];
  return found.map((word) => word.toLowerCase());
}

/** Whether a member ends its object and does nothing else: `close`, `closeAsync`, `shutDown`, the promise `closed`. */
export function isEnd(name: string): boolean {
  const parts = wordsOf(name);
  return (
    parts.some((word) => finalWords.has(word)) &&
    parts.every((word) => finalWords.has(word) || manners.has(word))
  );
}

/** Whether a member has to do with the end of its object, or of what the object holds: `closeAll`, `isClosed`, `resetMocks`. */
export function mentionsEnd(name: string): boolean {
  return wordsOf(name).some((word) => finalWords.has(word) || resettingWords.has(word));
}

/** Whether a member may end its object, let go of it or give it to somebody else: `close`, `remove`, `pipeTo`. */
export function mayLetGo(name: string): boolean {
  return mentionsEnd(name) || wordsOf(name).some((word) => lettingGoWords.has(word));
}

/** Whether a method takes the release out of the hands of the scope: `stack.move()`, `handle.detach()`. */
export const isMove = oneOf("move popAll detach leak disown transfer take defuse cancelDispose unmanage");

/** Whether what a function gives is settled by the clock alone. */
export const isDelay = oneOf(
  "delay pause sleep timers.setTimeout setTimeout wait setImmediate scheduler.wait",
);

/** Whether a method of a promise gives another promise. */
export const isChaining = oneOf("then catch finally");

/** Whether a word of a name says that what has been begun is waited for: `waitForConfirms`, `flush`, `onIdle`. */
export function isFlushing(name: string): boolean {
  return wordsOf(name).some((word) =>
    /^(?:confirms?|drain(?:ed)?|empty|flush(?:ed)?|idle|join|settled?|sync)$/.test(word),
  );
}

/** Whether a method puts all its arguments into a container. */
export const isAdding = oneOf("push unshift add");

/** Whether a method puts its second argument into a container, under the first. */
export const isSetting = oneOf("set");

/** Whether a method of something that is no array, set or map keeps what it is given. */
export const isKeeping = oneOf(
  "add push unshift append set put register enqueue track remember cache keep insert addDisposable registerInstance",
);

/** Whether a function keeps what it is given, for those who ask later: plugins, containers of dependencies, ambient state. */
export const isStoring = oneOf(
  `decorate decorateRequest decorateReply provide setContext registerInstance registerValue toConstantValue toDynamicValue
  useValue enterWith setState replaceState setGlobal setData`,
);

/** Whether the second of a pair that a function gives sets the first: `const [socket, setSocket] = useState()`. */
export function isSetterName(name: string): boolean {
  return /^(?:set|update)\p{Lu}/u.test(name) || name === "dispatch";
}

/** Whether a parameter is called when those that come after a middleware, or wait for a callback, are to go on. */
export const isHandingOn = oneOf("next done");

/** Whether a method lasts, by its name, as long as others may use its object. */
export function isWaiting(name: string): boolean {
  return wordsOf(name).some((word) => waitingWords.has(word));
}

/** Whether a method takes out of a container what has been put in. */
export const isTakingOut = oneOf(
  "delete clear pop shift splice remove off unsubscribe removeListener removeEventListener unregister deregister untrack",
);

/** Whether a word of a name says that it is a lock: neither a clock nor a block. */
export function isLockName(name: string): boolean {
  return wordsOf(name).some((word) => /^(?:red)?lock|mutex|semaphore/.test(word));
}

/** Whether a word of a name says that something is a transaction, or begins one. */
export function isTransactionName(name: string): boolean {
  return wordsOf(name).some((word) => /^(?:transact(?:ion|ing)s?|trx|txn?|begin|savepoint)$/.test(word));
}

/** Whether a method opens a savepoint: `savepoint`, `createSavepoint`; not what releases one or rolls back to it. */
export function isSavepoint(name: string): boolean {
  return /^(?:savepoint|(?:begin|create|make|new|open|set|start|with)_?savepoint)$/i.test(name);
}

/** Whether a method of a transaction begins one in it, which is a savepoint. */
export const isNesting = oneOf("transaction tx begin startTransaction beginTransaction nested nest");

/** Whether a method runs what it is given while nothing else runs that it is given. */
export const isExclusive = oneOf("runExclusive withLock lock acquire synchronized using request");

/** Whether a method ends a transaction, or its object. */
export function endsTransaction(name: string): boolean {
  return mentionsEnd(name) || wordsOf(name).some((word) => /^(?:commit|rollback|savepoint)/.test(word));
}

/** Whether a name says that something is one connection: a transaction that is begun on it holds all that it sends. */
export function isSingleConnection(name: string): boolean {
  const found = wordsOf(name);
  // These are called clients, and have a pool.
  if (found.some((word) => /^(?:prisma|mongo|pool|knex)/.test(word)) && found.at(-1) !== "connection")
    return found[0] === "pool" && found.at(-1) === "client";
  return found.some((word) => /^(?:client|connection|conn|session|runner)$/.test(word));
}

/** Whether a function begins work that goes on by itself, and gives no promise of it. */
export const isStarting = oneOf("spawn exec execFile fork pipe download sendFile Deno.run");

/** Whether a function changes, until its scope ends, what the whole process sees. */
export const isProcessState = oneOf("env chdir umask useFakeTimers fakeTimers fakeClock");

/** Whether a name is one of these, as they stand. */
export function oneOf(names: string): (name: string) => boolean {
  const all = words(names);
  return (name) => all.has(name);
}

export function words(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(/\s+/)));
}
