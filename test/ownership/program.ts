import fc from "fast-check";

/** What a step acquires: a Disposable, a Resource with a handle of its own, or something acquired with `await`. */
export type Kind = "disposable" | "resource" | "async";

/** What a function does, step by step. An `index` picks from a list that the run has made so far, counted from its end. */
export type Step =
  /** By `var`, it belongs to the function; else to the block. */
  | { readonly do: "acquire"; readonly kind: Kind; readonly isVar: boolean }
  /** A handle that is a Disposable, acquired once more. */
  | { readonly do: "acquire again"; readonly index: number; readonly isVar: boolean }
  | { readonly do: "move"; readonly index: number; readonly isAsync: boolean }
  /** An owned resource is acquired, if there is one that can be here. */
  | { readonly do: "take"; readonly index: number; readonly isVar: boolean }
  | { readonly do: "block" | "loop" | "caught" | "call"; readonly body: readonly Step[] }
  | { readonly do: "fail" | "return" };

/** The kinds of functions, of the outermost and of all that are called. */
export const forms = ["function", "generator", "constructor", "async"] as const;
export type Form = (typeof forms)[number];

/** Programs, longer than short, in which most that is moved can be acquired again. */
export function arbitrarySteps(form: Form): fc.Arbitrary<readonly Step[]> {
  const index = fc.nat({ max: 3 });
  const isVar = fc.boolean();
  const kind = fc.constantFrom<Kind>("disposable", "resource", "async");
  const seldom = fc.nat({ max: 4 }).map((each) => each === 0);
  const isAsync = form === "async" ? seldom.map((each) => !each) : seldom;
  const leaf = fc.oneof(
    { weight: 16, arbitrary: fc.record({ do: fc.constant("acquire"), kind, isVar }) },
    { weight: 10, arbitrary: fc.record({ do: fc.constant("acquire again"), index, isVar }) },
    { weight: 16, arbitrary: fc.record({ do: fc.constant("move"), index, isAsync }) },
    { weight: 16, arbitrary: fc.record({ do: fc.constant("take"), index, isVar }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("fail", "fail", "return") }) },
  ) as fc.Arbitrary<Step>;
  const { step } = fc.letrec<{ step: Step; body: readonly Step[] }>((tie) => ({
    step: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom("block", "loop", "caught", "call"),
          body: tie("body"),
        }) as fc.Arbitrary<Step>,
      },
    ),
    body: fc.array(tie("step"), { maxLength: 6, size: "max" }),
  }));
  return fc.array(step, { minLength: 4, maxLength: 20, size: "max" });
}

/** The steps as a module whose default export is called with a `World`. */
export function print(body: readonly Step[], form: Form): string {
  return `import { move, moveAsync, raii } from "ts-raii";\nexport default (w) => ${printCall(body, form)};`;
}

/** An expression that calls a function with this body. A generator is run to its end by the world. */
function printCall(body: readonly Step[], form: Form): string {
  const block = `{ "use raii"; ${body.map((step) => printStep(step, form)).join(" ")} }`;
  switch (form) {
    case "function":
      return `(() => ${block})()`;
    case "async":
      return `(async () => ${block})()`;
    case "generator":
      return `w.drain((function* () ${block})())`;
    case "constructor":
      return `new (class { constructor() ${block} })()`;
  }
}

function printStep(step: Step, form: Form): string {
  const isAsync = form === "async";
  const inside = (body: readonly Step[]): string => body.map((each) => printStep(each, form)).join(" ");
  /** In a generator it is suspended between any two steps. */
  const suspend = form === "generator" ? " yield;" : isAsync ? " await null;" : "";
  switch (step.do) {
    case "acquire":
      return `${declare(step.isVar, `w.held(${acquire(`w.make("${step.kind}", ${isAsync})`, isAsync && step.kind === "async")})`)}${suspend}`;
    case "acquire again":
      return declare(step.isVar, acquire(`w.disposable(${step.index})`, false));
    case "move": {
      const marker = step.isAsync ? "moveAsync" : "move";
      return `try { w.moved(${marker}(w.handle(${step.index})), ${step.isAsync}); } catch (error) { w.refused(error); }${suspend}`;
    }
    case "take":
      return declare(step.isVar, `w.took(${acquire(`w.owned(${step.index}, ${isAsync})`, isAsync)})`);
    case "block":
      return `{ ${inside(step.body)} }`;
    case "loop":
      return `for (const i of [1, 2]) { ${inside(step.body)} }`;
    case "caught":
      return `try { ${inside(step.body)} } catch (error) { w.caught(error); }`;
    case "call":
      return `try { ${isAsync ? "await " : ""}${printCall(step.body, form)}; } catch (error) { w.caught(error); }`;
    case "fail":
      return `if (w.yes()) throw w.failure();`;
    case "return":
      return `if (w.yes()) return;`;
  }
}

let names = 0;
const declare = (isVar: boolean, value: string): string =>
  isVar ? `var held${names++ % 1000} = ${value};` : `${value};`;
const acquire = (value: string, isAwaited: boolean): string => `${isAwaited ? "await " : ""}raii(${value})`;
