import type ts from "typescript";

interface DiagnosticEntry {
  /** Above TypeScript's own codes (up to 95197), below which code fixes would be dispatched to the wrong hands. */
  readonly code: number;
  readonly category: "error" | "warning";
  /** What happened; `{0}`, `{1}` are filled in by who reports. */
  readonly message: string;
  /** What to do next. */
  readonly help: string;
}

/** THE table of what the transformer says. A test holds that every key has its folder in fixtures/error. */
export const diagnostics = {
  "raii-outside-annotated-function": {
    code: 100001,
    category: "error",
    message: "raii() stands {0} and will throw when it is reached.",
    help: 'It belongs in a function whose first statement is "use raii", or that is tagged /** @raii */.',
  },
  "raii-in-loop-condition": {
    code: 100002,
    category: "error",
    message: "raii() in a part of a loop's head that runs again for each iteration has no scope to live in.",
    help: "Acquire before the loop, or in its body.",
  },
  "raii-in-parameter-default": {
    code: 100003,
    category: "error",
    message:
      "raii() cannot stand in a parameter's default or pattern: the function's scope does not exist yet.",
    help: "Acquire in the body of the function.",
  },
  "raii-in-class-field": {
    code: 100004,
    category: "error",
    message: "raii() cannot stand in a class field: no scope ends with it.",
    help: "Keep a resource that lives as long as the object by hand, and release it in the object's own dispose method.",
  },
  "raii-in-static-block": {
    code: 100005,
    category: "error",
    message: "raii() cannot stand in a static block: it is not a function.",
    help: 'Call a function annotated "use raii" from it.',
  },
  "raii-in-decorator": {
    code: 100006,
    category: "error",
    message:
      "raii() cannot stand in a decorator, nor in the heritage or a computed name of a decorated class.",
    help: "Acquire in a statement before the class.",
  },
  "raii-arguments": {
    code: 100007,
    category: "error",
    message: "raii() takes one argument, the resource; here it has {0}.",
    help: "Write one raii() for each resource.",
  },
  "directive-misplaced": {
    code: 100020,
    category: "error",
    message: '"use raii" annotates nothing here.',
    help: "It must stand, in single or double quotes, before the first statement of a function's body or of the file.",
  },
  "directive-misspelt": {
    code: 100021,
    category: "error",
    message: "The directive {0} is not known.",
    help: 'Did you mean "use raii"?',
  },
  "unknown-option": {
    code: 100030,
    category: "error",
    message: 'The plugin option "{0}" is not known.',
    help: "Known options: {1}.",
  },
  "invalid-option": {
    code: 100031,
    category: "error",
    message: 'The plugin option "{0}" must be {1}; it is {2}.',
    help: "Correct it in the plugins of tsconfig.json.",
  },
} as const satisfies Record<string, DiagnosticEntry>;

export type DiagnosticKey = keyof typeof diagnostics;

/** Something to say to the user: about a part of a file, or about the configuration where there is no file. */
export interface Finding {
  readonly key: DiagnosticKey;
  readonly args: readonly string[];
  readonly sourceFile: ts.SourceFile | undefined;
  readonly start: number | undefined;
  readonly length: number | undefined;
}

/** The text of a finding: its stable key first, then what happened, then what to do. */
export function messageOf({ key, args }: Pick<Finding, "key" | "args">): string {
  const { message, help } = diagnostics[key];
  const fill = (text: string): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => args[Number(index)] ?? "");
  return `${key}: ${fill(message)} ${fill(help)}`;
}

/** Turns a finding into what a TypeScript host prints. */
export function createDiagnostic(tsInstance: typeof ts, finding: Finding): ts.Diagnostic {
  const { code, category } = diagnostics[finding.key];
  return {
    file: finding.sourceFile,
    start: finding.start,
    length: finding.length,
    code,
    category: tsInstance.DiagnosticCategory[category === "error" ? "Error" : "Warning"],
    messageText: messageOf(finding),
    source: "ts-raii",
  };
}
