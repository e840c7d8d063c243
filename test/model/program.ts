import type { ResourceKind, StreamKind } from "./kinds.ts";

/**
 * A random program: a function of what can be said with `raii`, every name in it unique. The same tree is printed as
 * TypeScript (print.ts) and interpreted (interpret.ts).
 */
export type Program = Callee;

export const functionKinds = ["sync", "async", "generator", "async generator", "constructor"] as const;
export type FunctionKind = (typeof functionKinds)[number];

/** A function of any kind. */
export interface Callee {
  readonly name: string;
  readonly kind: FunctionKind;
  /** How it is written; no generator is an arrow function. A constructor is that of a base class, or of a derived one. */
  readonly form: "function" | "arrow" | "method" | "base" | "derived";
  /** What the consumer of a generator does at its yields, one after the other, again and again. */
  readonly answers: readonly Answering[];
  readonly statements: readonly Statement[];
}

/** `"reject"`: `return()` with a promise that is rejected, which an async generator awaits. */
export type Answering = "next" | "throw" | "return" | "reject";

/** One place in the program where something is acquired: `site` names it, in the log with the number of the time. */
export interface Acquisition {
  readonly kind: "acquire";
  readonly resource: ResourceKind;
  readonly site: string;
  /** `await raii(…)` */
  readonly isAwaited: boolean;
  /** What is evaluated before there is anything to acquire. */
  readonly argument: Expression | undefined;
}

/** A question to which the program's world gives the answers in `answers`, one after the other, again and again. */
export interface Condition {
  readonly site: string;
  readonly answers: readonly boolean[];
}

/** What is awaited: a step that takes time, a value that is there, a thenable; or what fails by itself. */
export type Waiting = "step" | "value" | "thenable" | "rejected";

export type Expression =
  | { readonly kind: "text"; readonly text: string }
  | Acquisition
  /** Both are evaluated, from left to right. */
  | { readonly kind: "both"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "and"; readonly condition: Condition; readonly right: Expression }
  | {
      readonly kind: "choose";
      readonly condition: Condition;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: "coalesce"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "await";
      readonly waiting: Waiting;
      readonly site: string;
      readonly value: Expression;
    }
  /** `rejected`: the promise that an async generator yields is. */
  | {
      readonly kind: "yield";
      readonly site: string;
      readonly value: Expression;
      readonly isRejected: boolean;
    };

/** The body of a loop, the branch of an `if`, what a label stands before. */
export interface Body {
  readonly isBraced: boolean;
  readonly statements: readonly Statement[];
}

export interface Clause {
  /** What the `case` acquires before it is compared; `undefined`: the clause is the `default`. */
  readonly test: Expression | undefined;
  readonly statements: readonly Statement[];
}

export type Statement =
  | { readonly kind: "log"; readonly text: string; readonly value: Expression }
  /** `show` logs a variable; `later` does so by a closure that is called after the program has ended. */
  | { readonly kind: "show" | "later"; readonly name: string }
  | {
      readonly kind: "declare";
      readonly form: "const" | "let" | "var" | "bare" | "destructured" | "using";
      readonly acquisition: Acquisition;
    }
  | { readonly kind: "throw"; readonly text: string | undefined }
  | { readonly kind: "rethrow"; readonly name: string }
  | {
      readonly kind: "return";
      readonly value: Expression;
      /** A promise, which an async function does not await before its releases; the object of a constructor. */
      readonly as: "value" | "promise" | "rejected" | "object";
      readonly site: string;
    }
  | {
      readonly kind: "jump";
      readonly how: "break" | "continue";
      readonly label: string | undefined;
    }
  /** In the constructor of a derived class. */
  | { readonly kind: "super"; readonly value: Expression }
  /** A block; without braces, a statement with a label. */
  | { readonly kind: "block"; readonly label: string | undefined; readonly body: Body }
  | {
      readonly kind: "if";
      readonly condition: Condition;
      readonly value: Expression;
      readonly yes: Body;
      readonly no: Body | undefined;
    }
  | Loop
  | {
      readonly kind: "switch";
      readonly label: string | undefined;
      readonly value: Expression;
      /** Which of the clauses is wanted; none of them may be. */
      readonly wanted: number;
      readonly clauses: readonly Clause[];
    }
  | {
      readonly kind: "try";
      readonly block: readonly Statement[];
      readonly handler: { readonly name: string; readonly statements: readonly Statement[] } | undefined;
      readonly finalizer: readonly Statement[] | undefined;
    }
  | {
      readonly kind: "call";
      readonly callee: Callee;
      /** `yield*`: the yields of the callee are those of the caller. */
      readonly isDelegated: boolean;
    };

export type Loop = {
  readonly kind: "loop";
  readonly site: string;
  readonly label: string | undefined;
  readonly times: number;
  readonly body: Body;
} & Head;

export type Head =
  | { readonly head: "while" | "do" }
  /** `for (const i of …)`; `value` is evaluated in the head. */
  | { readonly head: "of"; readonly value: Expression }
  /** `for await (const i of …)` */
  | { readonly head: "stream"; readonly stream: StreamKind; readonly value: Expression }
  /** `for (using r of …)`, in a `for await` too. */
  | { readonly head: "ofUsing"; readonly acquisition: Acquisition; readonly isStream: boolean }
  /** `for (const r = raii(…); …; )`; "let" has its counter in the head too. */
  | { readonly head: "const" | "let" | "var" | "bare" | "using"; readonly acquisition: Acquisition };

export function isAsync({ kind }: Callee): boolean {
  return kind === "async" || kind === "async generator";
}
