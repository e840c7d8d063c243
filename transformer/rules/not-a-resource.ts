import type ts from "typescript";
import type { Fix, TextEdit } from "../diagnostics";
import type { Rule, TypedFile } from "./rule";

const ends = ["close", "end", "destroy", "disconnect", "terminate", "release", "stop"];

/** A value that can be closed, but not by the runtime: it has none of the protocols. */
export const notAResource: Rule = {
  needsTypes: true,
  check(file) {
    const { checker, flow } = file;
    for (const { resource, isUsing, isAsync } of flow.held) {
      if (isUsing || resource === undefined) continue; // TypeScript itself says it of `using`
      const type = checker.getTypeAtLocation(resource);
      const awaited = isAsync ? (checker.getAwaitedType(type) ?? type) : type;
      const kinds = [...flow.types.kindsOf(awaited)].filter((kind) => kind !== "none");
      if (kinds.length === 0 || !kinds.every((kind) => kind === "other")) continue;
      const end = ends.find((name) => {
        const method = checker.getPropertyOfType(checker.getNonNullableType(awaited), name);
        return method !== undefined && checker.getTypeOfSymbol(method).getCallSignatures().length > 0;
      });
      if (end === undefined) continue; // TypeScript says that it is no resource; there is nothing to offer
      file.say({
        key: "not-a-resource",
        node: resource,
        args: [end],
        fix: makeResource(file, resource, end),
      });
    }
  },
};

/** Wraps the value in `resource(() => …, (it) => it.close())`, and imports that. */
function makeResource(
  { tsInstance, sourceFile, model, options }: TypedFile,
  value: ts.Expression,
  end: string,
): Fix {
  const edits: TextEdit[] = [];
  const clause = model?.markers.statement;
  const bindings =
    clause && tsInstance.isImportDeclaration(clause) ? clause.importClause?.namedBindings : undefined;
  let made = "resource";
  if (bindings && tsInstance.isNamespaceImport(bindings)) made = `${bindings.name.text}.resource`;
  else if (bindings && tsInstance.isNamedImports(bindings)) {
    const known = bindings.elements.find((each) => (each.propertyName ?? each.name).text === "resource");
    const last = bindings.elements.at(-1);
    if (known !== undefined) made = known.name.text;
    else if (last !== undefined) edits.push({ start: last.end, length: 0, text: ", resource" });
  } else edits.push({ start: 0, length: 0, text: `import { resource } from "${options.importSource}";\n` });

  const start = value.getStart(sourceFile);
  const body = tsInstance.isObjectLiteralExpression(value) ? ["(", ")"] : ["", ""];
  const isAwait = tsInstance.isAwaitExpression(value);
  edits.push(
    { start, length: 0, text: `${made}(${isAwait ? "async " : ""}() => ${body[0]}` },
    { start: value.end, length: 0, text: `${body[1]}, (it) => it.${end}())` },
  );
  return { id: "make-resource", title: `Make a resource of it, released by ${end}()`, edits };
}
