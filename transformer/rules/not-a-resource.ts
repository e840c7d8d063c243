import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix } from "../diagnostics/finding";
import { importName } from "../fixes/import-name";
import type { Held } from "../flow/held";
import { closingMethods, foundByClosing } from "../syntax/member-names";
import type { TypedFile, TypeRule } from "./rule";

/** A value that can be closed, but not by the runtime: it has none of the protocols. */
export const notAResource: TypeRule = {
  reports: ["not-a-resource"],
  check(file) {
    const { checker, flow } = file;
    for (const held of flow.held) {
      const { resource, isUsing, isAsync } = held;
      if (isUsing || resource === undefined) continue; // TypeScript itself says it of `using`
      const type = checker.getTypeAtLocation(resource);
      const awaited = isAsync ? (checker.getAwaitedType(type) ?? type) : type;
      const kinds = [...flow.types.kindsOf(awaited)].filter((kind) => kind !== "none");
      if (kinds.length === 0 || !kinds.every((kind) => kind === "other")) continue;
      const methods = closingMethods.map((name) => ({ name, ...methodOf(checker, awaited, name) }));
      const end = methods.find(({ isPlain }) => isPlain);
      if (end === undefined) continue; // TypeScript says that it is no resource; there is nothing to offer
      // What comes before it, and cannot be called without arguments, closing() would call nonetheless.
      const isFound = methods.findIndex(({ exists }) => exists) === methods.indexOf(end);
      const by = isFound && methods.indexOf(end) < foundByClosing ? "" : `, "${end.name}"`;
      file.report({
        key: "not-a-resource",
        node: resource,
        args: [end.name, `closing(value${by})`],
        fix: wrapInClosing(file, held, resource, by, end.gives),
      });
    }
  },
};

interface Method {
  readonly exists: boolean;
  /** Whether it can be called without arguments. */
  readonly isPlain: boolean;
  readonly gives: ts.Type | undefined;
}

function methodOf(checker: ts.TypeChecker, type: ts.Type, name: string): Method {
  const member = checker.getPropertyOfType(checker.getNonNullableType(type), name);
  const signatures = member === undefined ? [] : checker.getTypeOfSymbol(member).getCallSignatures();
  const plain = signatures.find(({ parameters, declaration }) =>
    parameters.every((_, index) => isOptional(declaration?.parameters[index])),
  );
  return { exists: signatures.length > 0, isPlain: plain !== undefined, gives: plain?.getReturnType() };
}

function isOptional(parameter: ts.Node | undefined): boolean {
  const { questionToken, initializer, dotDotDotToken } = (parameter ??
    {}) as Partial<ts.ParameterDeclaration>;
  return (questionToken ?? initializer ?? dotDotDotToken) !== undefined;
}

/** Puts `closing(…)` around the value, `await` before the acquisition where closing takes time, and imports it. */
function wrapInClosing(
  { tsInstance, sourceFile, options, flow }: TypedFile,
  { node, isAsync, fn }: Held,
  value: ts.Expression,
  by: string,
  gives: ts.Type | undefined,
): Fix {
  const { text, edits } = importName(tsInstance, sourceFile, "closing", options.importSource);
  const takesTime = gives !== undefined && flow.types.isPromise(gives);
  const canAwait = !tsInstance.isSourceFile(fn) && kindOf(tsInstance, fn).isAsync;
  const start = value.getStart(sourceFile);
  return {
    id: "wrap-in-closing",
    title: `Wrap it in closing(), released by ${by === "" ? "its close, end or destroy" : by.slice(2)}`,
    edits: [
      ...edits,
      ...(takesTime && !isAsync && canAwait
        ? [{ start: node.getStart(sourceFile), length: 0, text: "await " }]
        : []),
      { start, length: 0, text: `${text}(` },
      { start: value.end, length: 0, text: `${by})` },
    ],
  };
}
