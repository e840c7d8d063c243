/**
 * A random program: a function of what can be said with `raii`, every name in it unique. The same tree is printed as
 * TypeScript (print.ts) and interpreted (interpret.ts).
 */
export interface Program {
  readonly body: readonly Statement[];
}

/** What `using` can take. */
export const disposableKinds = [
  "plain",
  "failing",
  "failingUndefined",
  "nothing",
  "unopenable",
  "noResource",
] as const;

/**
 * What is acquired, and what its release does; those from "aware" on are told the exit and log it. A release throws a
 * new Error without a `cause`, or exactly the error that it was told.
 */
export const resourceKinds = [
  ...disposableKinds,
  "unacquirable",
  "aware",
  "awareFailing",
  "suppressing",
  "replacing",
  "rethrowing",
  "manager",
  "suppressingManager",
] as const;

export type ResourceKind = (typeof resourceKinds)[number];

/** What fails by itself, and does not only react to a failure. */
export const failingKinds: readonly ResourceKind[] = [
  "failing",
  "failingUndefined",
  "awareFailing",
  "unopenable",
  "unacquirable",
  "noResource",
];

/** One place in the program where something is acquired: `site` names it, in the log with the number of the time. */
export interface Acquisition {
  readonly kind: "acquire";
  readonly resource: ResourceKind;
  readonly site: string;
}

/** A question to which the program's world gives the answers in `answers`, one after the other, again and again. */
export interface Condition {
  readonly site: string;
  readonly answers: readonly boolean[];
}

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
  | { readonly kind: "coalesce"; readonly left: Expression; readonly right: Expression };

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
  | { readonly kind: "return"; readonly value: Expression }
  | {
      readonly kind: "jump";
      readonly how: "break" | "continue";
      readonly label: string | undefined;
    }
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
      readonly form: "arrow" | "method" | "function";
      readonly name: string;
      readonly statements: readonly Statement[];
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
  /** `for (using r of …)` */
  | { readonly head: "ofUsing"; readonly acquisition: Acquisition }
  /** `for (const r = raii(…); …; )`; "let" has its counter in the head too. */
  | { readonly head: "const" | "let" | "var" | "bare" | "using"; readonly acquisition: Acquisition };
