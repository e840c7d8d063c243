import { RolldownMagicString } from "rolldown";
import { parseAst } from "rolldown/parseAst";

/**
 * Lets bundlers drop a class that nobody uses, also from a file that holds others they need. A class with a computed name
 * (`[Resource.acquire]() { … }`) or a static field runs code where it is defined; here it becomes the result of a function
 * that is marked as pure.
 */
export const keepPure = {
  name: "keep-pure",
  transform(code) {
    const edits = new RolldownMagicString(code);
    for (const statement of parseAst(code).body) {
      const isExported = statement.type === "ExportNamedDeclaration";
      const declaration = isExported ? statement.declaration : statement;
      if (declaration?.type !== "ClassDeclaration" || !runsCode(declaration)) continue;
      edits.appendLeft(declaration.start, `const ${declaration.id.name} = /* @__PURE__ */ (() => `);
      edits.appendRight(declaration.end, ")();");
    }
    return edits.hasChanged()
      ? { code: edits.toString(), map: edits.generateMap({ hires: true }).toString() }
      : undefined;
  },
};

function runsCode({ body }) {
  return body.body.some(
    ({ type, computed, key, static: isStatic, value }) =>
      type === "StaticBlock" ||
      (computed && key.object?.name !== "Symbol") ||
      (type === "PropertyDefinition" && isStatic && value !== null),
  );
}
