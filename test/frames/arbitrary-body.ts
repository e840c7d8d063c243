import fc from "fast-check";

/** A statement of an async function that waits, where the frames of a stack trace can stand. */
export type Statement =
  | { readonly kind: "await"; readonly form: number }
  | { readonly kind: "tick" | "acquire" | "hold" | "call" }
  | { readonly kind: "closure"; readonly isAnnotated: boolean; readonly body: readonly Statement[] }
  | {
      readonly kind: "block" | "if" | "for" | "for await" | "try";
      readonly body: readonly Statement[];
      readonly other: readonly Statement[];
    };

export interface Body {
  /** Of `run`, and of what it calls. */
  readonly functions: readonly [readonly Statement[], readonly Statement[]];
}

const { statements } = fc.letrec<{ statement: Statement; statements: Statement[] }>((tie) => ({
  statements: fc.array(tie("statement"), { minLength: 1, maxLength: 4, depthIdentifier: "body" }),
  statement: fc.oneof(
    { depthIdentifier: "body", maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("await" as const), form: fc.nat(7) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom("tick" as const, "acquire", "acquire", "hold", "call") }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom("block" as const, "if", "for", "for await", "try"),
        body: tie("statements"),
        other: tie("statements"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("closure" as const),
        isAnnotated: fc.boolean(),
        body: tie("statements"),
      }),
    },
  ),
}));

export const bodies: fc.Arbitrary<Body> = fc.record({ functions: fc.tuple(statements, statements) });

/** What awaits, in the forms that an `await` is written in. */
const awaits = [
  "await step();",
  "value = await step();",
  "if (await step()) await step();",
  "[await step(), value, await (await step()).step()];",
  "value = value ? await step() : (await step(), await step());",
  "await /* soon */ step(await step());",
  "for (let i = await step(); i !== undefined; i = undefined) await step(i);",
  "value = `${await step()} ${(await step()).value}`;",
];

/** The same function annotated and by hand, with the same places at the same line and column. */
export interface Printed {
  readonly annotated: string;
  readonly byHand: string;
}

/** Prints the functions `run` and `called`. By hand, what was acquired is released at the brace that ends its block. */
export function print({ functions }: Body): Printed {
  const annotated: string[] = [""];
  const byHand: string[] = [""];
  let names = 0;
  const line = (text: string, hand = text): void => {
    annotated.push(text);
    byHand.push(hand);
  };
  /** The statements of a block, and the line with its closing brace. */
  const block = (all: readonly Statement[], margin: string, behind = ""): void => {
    let held: string | undefined;
    for (const statement of all) {
      if (statement.kind !== "acquire") each(statement, `${margin}  `);
      else if (held === undefined) {
        held = `a${names++}`;
        const text = `${margin}  const ${held} = await `;
        line(`${text}raii(connect());`, `${text}connect(); try {`);
      }
    }
    if (held !== undefined) byHand[byHand.length - 1] += " } finally {";
    const released = held === undefined ? "" : `await ${held}[Symbol.asyncDispose](); } `;
    line(`${margin}}${behind}`, `${margin}${released}}${behind}`);
  };
  const each = (statement: Statement, margin: string): void => {
    switch (statement.kind) {
      case "await":
        return line(`${margin}${awaits[statement.form]!}`);
      case "tick":
        return line(`${margin}tick();`);
      case "hold":
        return line(`${margin}raii(null);`, `${margin}null;`);
      case "call":
        return line(`${margin}await called();`);
      case "closure": {
        const name = `f${names++}`;
        line(`${margin}const ${name} = async () => {`);
        if (statement.isAnnotated) line(`${margin}  "use raii"; raii(null);`, "");
        const body = statement.body.filter(({ kind }) => statement.isAnnotated || isPlain(kind));
        block(body, margin, ";");
        return line(`${margin}await ${name}();`);
      }
      case "try":
        line(`${margin}try {`);
        block(statement.body, margin, statement.other.length % 2 === 0 ? " catch {" : " finally {");
        return block(statement.other, margin);
      case "if":
        line(`${margin}if (${statement.body.length % 2}) {`);
        block(statement.body, margin, " else {");
        return block(statement.other, margin);
      case "block":
      case "for":
      case "for await":
        line(`${margin}${heads[statement.kind]}{`);
        return block(statement.body, margin);
    }
  };
  functions.forEach((body, index) => {
    line(`export async function ${["run", "called"][index]}() {`);
    line(`  "use raii"; raii(null); let value;`, "  let value;");
    // What is called calls nothing.
    const own = index === 0 ? body : body.filter(({ kind }) => kind !== "call");
    block(index === 0 ? own : withoutCalls(own), "");
  });
  return { annotated: annotated.join("\n"), byHand: byHand.join("\n") };
}

const heads = {
  block: "",
  for: "for (let i = 0; i < 2; i++) ",
  "for await": "for await (const each of stream()) ",
};

/** What a function that is not annotated can hold. */
function isPlain(kind: Statement["kind"]): boolean {
  return kind === "await" || kind === "tick" || kind === "call";
}

function withoutCalls(statements: readonly Statement[]): readonly Statement[] {
  return statements
    .filter(({ kind }) => kind !== "call")
    .map((statement) => ({
      ...statement,
      ...("body" in statement && { body: withoutCalls(statement.body) }),
      ...("other" in statement && { other: withoutCalls(statement.other) }),
    }));
}
