/** How loud a finding is. A suggestion is for the editor and the check command; the build does not print it. */
export type Severity = "off" | "suggestion" | "warning" | "error";

export interface DiagnosticEntry {
  /** Above TypeScript's own codes (up to 95197), below which code fixes would be dispatched to the wrong hands. */
  readonly code: number;
  /** Unless the plugin option `severity` says otherwise. */
  readonly category: Severity;
  /** Found only where the host has a Program. Such a finding never changes what is emitted. */
  readonly needsTypes: boolean;
  /** Part of the contract: the function throws (S11), or the configuration is wrong. Its severity cannot be set. */
  readonly severityIsFixed?: true;
  /** What happened; `{0}`, `{1}` are filled in by who reports. */
  readonly message: string;
  /** What to do next. */
  readonly help: string;
  /** What to do next in code that has `using` and no raii, where that is another. */
  readonly helpOfUsing?: string;
}

/** THE table of what the transformer says. A test holds that every key has its folder in fixtures/error. */
export const diagnostics = {
  "raii-outside-annotated-function": {
    code: 100001,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "{0}() stands {1} and will throw when it is reached.",
    help: 'It belongs in a function whose first statement is "use raii", or that is tagged /** @raii */.',
  },
  "raii-in-loop-condition": {
    code: 100002,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "raii() in a part of a loop's head that runs again for each iteration has no scope to live in.",
    help: "Acquire before the loop or in its body, or for the whole function by raii.function().",
  },
  "raii-in-parameter-default": {
    code: 100003,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message:
      "{0}() cannot stand in a parameter's default or pattern: the function's scope does not exist yet.",
    help: "Call it in the body of the function.",
  },
  "raii-in-class-field": {
    code: 100004,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "{0}() cannot stand in a class field: no scope ends with it.",
    help: "Acquire in an annotated constructor, keep what move() gives, and acquire that in the object's own dispose method.",
  },
  "raii-in-static-block": {
    code: 100005,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "{0}() cannot stand in a static block: it is not a function.",
    help: 'Call a function annotated "use raii" from it.',
  },
  "raii-in-decorator": {
    code: 100006,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message:
      "{0}() cannot stand in a decorator, nor in the heritage or a computed name of a decorated class.",
    help: "Call it in a statement before the class.",
  },
  "raii-arguments": {
    code: 100007,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "{0}() takes one argument, the {1}; here it has {2}.",
    help: "Write one {0}() for each {1}.",
  },
  "await-raii-in-sync-function": {
    code: 100008,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: "await raii() stands in a function that is not async.",
    help: "Make the function async, or acquire synchronously: raii() without await.",
  },
  "await-raii-moved": {
    code: 100013,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message:
      "await raii() stands where TypeScript, with these compiler options, moves it into a function that cannot await.",
    help: "Acquire in a statement before this one, and write the handle here.",
  },
  "raii-as-value": {
    code: 100009,
    category: "error",
    needsTypes: false,
    message: "{0} is not a function that can be handed on: only a call of it, {0}({1}), is compiled.",
    help: "{2}",
  },
  "raii-by-require": {
    code: 100010,
    category: "error",
    needsTypes: false,
    message: "A {0} that comes from {1} is not found by the compiler and will throw.",
    help: 'Import it: import { {0} } from "{2}".',
  },
  "raii-re-exported": {
    code: 100011,
    category: "warning",
    needsTypes: false,
    message: "{0} that is imported from this module is not found by the compiler.",
    help: 'Import it from "{1}" everywhere, or set the plugin option importSource to this module.',
  },
  "raii-not-awaited": {
    code: 100012,
    category: "error",
    needsTypes: false,
    message: "raii() stands in {0}, which makes a promise of it: the acquisition itself is not awaited.",
    help: "Write await raii(resource) first, and go on with the handle.",
  },
  "directive-misplaced": {
    code: 100020,
    category: "error",
    needsTypes: false,
    message: '"use raii" annotates nothing here.',
    help: "It must stand, in single or double quotes, before the first statement of a function's body or of the file.",
  },
  "directive-misspelt": {
    code: 100021,
    category: "error",
    needsTypes: false,
    message: "The directive {0} is not known.",
    help: "Did you mean {1}?",
  },
  "directive-duplicated": {
    code: 100022,
    category: "warning",
    needsTypes: false,
    message: '"use raii" stands here a second time.',
    help: "Remove one.",
  },
  "annotated-without-raii": {
    code: 100023,
    category: "suggestion",
    needsTypes: false,
    message: '{0} is annotated "use raii" but acquires nothing.',
    help: "Remove the directive, or acquire with raii(resource).",
  },
  "unused-expectation": {
    code: 100024,
    category: "error",
    needsTypes: false,
    message: "There is no finding {0} on the next line.",
    help: "Remove the comment.",
  },
  "unknown-expectation": {
    code: 100025,
    category: "error",
    needsTypes: false,
    message: "raii-expect-error must name a diagnostic; {0} is none.",
    help: "The names stand in docs/diagnostics.md.",
  },
  escape: {
    code: 100040,
    category: "error",
    needsTypes: true,
    message: "{0} is released {1}, but {2}.",
    help: "Return what you have read from it. To hand the handle over, return move(handle), or moveAsync(handle) where it was acquired by await.",
    helpOfUsing:
      "Give back what was computed from it, let the caller declare it, or use() it in a DisposableStack and move() that.",
  },
  "escape-by-callback": {
    code: 100041,
    category: "error",
    needsTypes: true,
    message: "{0} is released {1}, but {2} uses it after that.",
    help: "Await what the callback does before the scope ends, or acquire inside the callback.",
    helpOfUsing:
      "Await what the callback does before the scope ends, or declare one by using inside the callback.",
  },
  "escape-by-promise": {
    code: 100042,
    category: "error",
    needsTypes: true,
    message: "{0} outlives {1}, which is released when this scope ends.",
    help: "{2}.",
  },
  "parallel-savepoints": {
    code: 100049,
    category: "error",
    needsTypes: true,
    message:
      "{0} opens a savepoint of {1} while others of it are open: what is released first takes those with it that were made after it.",
    help: "Open them one after the other, in a loop that awaits, or give each a transaction of its own.",
  },
  "use-after-release": {
    code: 100043,
    category: "error",
    needsTypes: true,
    message: "{0} has been released {1}.",
    help: "Move the use into that block, or acquire in this one.",
    helpOfUsing: "Move the use into that block, or declare one by using in this block.",
  },
  "acquired-twice": {
    code: 100044,
    category: "error",
    needsTypes: true,
    message: "{0} is acquired already, in line {1}; {2}.",
    help: "Use the handle there is.",
  },
  forgotten: {
    code: 100045,
    category: "error",
    needsTypes: true,
    message: "{0} makes a resource that {1}.",
    help: "Acquire it: raii(resource), or await raii(resource) where it is asynchronous.",
  },
  "forgotten-disposable": {
    code: 100046,
    category: "off",
    needsTypes: true,
    message: "{0} gives a Disposable that nobody keeps: nothing releases it.",
    help: "Acquire it with raii(), or declare it by using.",
    helpOfUsing: "Declare it by using, or hand it to whoever disposes of it.",
  },
  "must-dispose": {
    code: 100048,
    category: "error",
    needsTypes: true,
    message: "{0} gives a Disposable that must be disposed of, as @mustDispose says, and {1}.",
    help: "Acquire it with raii(), declare it by using, or hand it to whoever does.",
    helpOfUsing: "Declare it by using, or hand it to whoever disposes of it.",
  },
  "resource-as-handle": {
    code: 100047,
    category: "error",
    needsTypes: true,
    message: '"{0}" is a resource and not yet its handle: it has no {1}.',
    help: "Acquire it, raii({0}), and use what that gives.",
  },
  "await-missing": {
    code: 100050,
    category: "error",
    needsTypes: true,
    message: "raii() of {0} must be awaited: {1}.",
    help: "Write await raii(resource), in an async function.",
  },
  "await-needless": {
    code: 100051,
    category: "suggestion",
    needsTypes: true,
    message: "{0} is released synchronously; await only costs ticks.",
    help: "Write {1}.",
  },
  "not-a-resource": {
    code: 100052,
    category: "error",
    needsTypes: true,
    message:
      "A value with {0}() but without [Symbol.dispose] cannot be acquired: raii() throws a TypeError, and the value leaks.",
    help: "Make a resource of it: {1}.",
  },
  "dispose-returns-promise": {
    code: 100053,
    category: "warning",
    needsTypes: true,
    message: "The [Symbol.dispose] of {0} returns a promise that nobody awaits.",
    help: "Make it [Symbol.asyncDispose], and acquire with await.",
    helpOfUsing: "Make it [Symbol.asyncDispose], and declare it by await using.",
  },
  suppression: {
    code: 100055,
    category: "warning",
    needsTypes: true,
    message:
      "{0} can suppress an error of this function, which then returns undefined; its return type does not say so.",
    help: "Add undefined to the return type, or acquire in a block of its own and return after it.",
  },
  "unassigned-after-suppression": {
    code: 100058,
    category: "warning",
    needsTypes: true,
    message:
      "{0} may have no value here: {1}, acquired in line {2}, can suppress an error before the assignment to it.",
    help: "Give it a value where it is declared, or return after the block.",
  },
  "outside-transaction": {
    code: 100059,
    category: "suggestion",
    needsTypes: true,
    message:
      "{0} goes past the transaction {1}, which is open here: it is not rolled back with it, and does not see its changes.",
    help: "Use {1} instead of {2}, or do it after the transaction.",
  },
  "move-not-held": {
    code: 100060,
    category: "error",
    needsTypes: true,
    message: "{0}() throws here: {1}.",
    help: "Move what raii() has given in this very function.",
  },
  "moved-twice": {
    code: 100061,
    category: "error",
    needsTypes: true,
    message: "{0} has been moved in line {1}: no scope of this function holds it any more.",
    help: "Use what the first move gave.",
  },
  "move-not-async": {
    code: 100062,
    category: "error",
    needsTypes: true,
    message: "{0} was acquired with await, and its release is awaited: move() cannot take it.",
    help: "Use moveAsync().",
  },
  "block-too-short": {
    code: 100057,
    category: "suggestion",
    needsTypes: false,
    message: 'This is released at once: the block of the "{0}" ends here, and the work comes after it.',
    help: "Hold it until the function returns by raii.function(), or move the work into the block.",
  },
  "lock-order": {
    code: 100056,
    category: "off",
    needsTypes: true,
    message: "{0} is acquired while {1} is held; in line {2} it is the other way round.",
    help: "Acquire them in one order everywhere, or two tasks may wait for each other for ever.",
  },
  "unknown-option": {
    code: 100030,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: 'The plugin option "{0}" is not known.',
    help: "Known options: {1}.",
  },
  "invalid-option": {
    code: 100031,
    category: "error",
    needsTypes: false,
    severityIsFixed: true,
    message: 'The plugin option "{0}" must be {1}; it is {2}.',
    help: "Correct it in the plugins of tsconfig.json.",
  },
} as const satisfies Record<string, DiagnosticEntry>;

export type DiagnosticKey = keyof typeof diagnostics;

/** The entry of a key, as every entry can be read. */
export function entryOf(key: DiagnosticKey): DiagnosticEntry {
  return diagnostics[key];
}
