import { RolldownMagicString } from "rolldown";
import ts from "typescript";

/**
 * Lets bundlers drop a module of Node that nobody needs. A bundler keeps the import of a module that it does not bundle,
 * as the module may do something when it is loaded, and `ts-raii/node` imports a dozen. So a file of its own imports each,
 * `builtin/fs.js`, and like the rest of this package that file has no side effects.
 *
 * The file imports the module as a whole, and `readFileSync` becomes `node_fs.readFileSync`. esbuild keeps every name that
 * an import lists, used or not.
 */
export function builtinFiles() {
  const specifiers = new Set();
  return {
    name: "builtin-files",
    transform(code, id) {
      if (id.startsWith("\0") || !code.includes(' from "node:')) return undefined; // the first are of rolldown itself
      const edits = new RolldownMagicString(code);
      const { file, checker } = bind(code);
      for (const statement of file.statements) {
        if (!ts.isImportDeclaration(statement) || !statement.moduleSpecifier.text.startsWith("node:"))
          continue;
        const specifier = statement.moduleSpecifier.text;
        specifiers.add(specifier);
        const name = nameOf(specifier);
        edits.update(
          statement.getStart(file),
          statement.end,
          `import { ${name} } from "./${fileOf(specifier)}";`,
        );
        for (const [local, imported] of importedNames(statement)) {
          const value = imported === "*" ? name : `${name}.${imported}`;
          forEachReference(file, checker, checker.getSymbolAtLocation(local), (node) => {
            const isShorthand = ts.isShorthandPropertyAssignment(node.parent);
            edits.update(node.getStart(file), node.end, isShorthand ? `${node.text}: ${value}` : value);
          });
        }
      }
      if (!edits.hasChanged()) return undefined;
      return { code: edits.toString(), map: edits.generateMap({ hires: true }).toString() };
    },
    resolveId: (source) =>
      source.startsWith("./builtin/") ? { id: source, external: "relative" } : undefined,
    generateBundle() {
      for (const specifier of specifiers) {
        const name = nameOf(specifier);
        const source = `import * as ${name} from "${specifier}";\nexport { ${name} };\n`;
        this.emitFile({ type: "asset", fileName: fileOf(specifier), source });
      }
    },
  };
}

/** The names that an import declares, each with the name it has in the module: `default`, and `*` for the module itself. */
function importedNames({ importClause }) {
  const { name, namedBindings } = importClause ?? {};
  const names = name === undefined ? [] : [[name, "default"]];
  if (namedBindings === undefined) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, [namedBindings.name, "*"]];
  return [
    ...names,
    ...namedBindings.elements.map(({ name, propertyName }) => [name, (propertyName ?? name).text]),
  ];
}

function bind(code) {
  const file = ts.createSourceFile("/module.js", code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const host = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
  };
  const options = { allowJs: true, noLib: true, noResolve: true, types: [] };
  return { file, checker: ts.createProgram([file.fileName], options, host).getTypeChecker() };
}

function forEachReference(file, checker, symbol, report) {
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && node.text === symbol.name) {
      const found = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
      if (found === symbol) report(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

/** `node_fs_promises` for `node:fs/promises`: nothing else has such a name. */
const nameOf = (specifier) => specifier.replace(/[:/]/g, "_");

/** `builtin/fs-promises.js` for `node:fs/promises`. */
const fileOf = (specifier) => `builtin/${specifier.slice("node:".length).replace("/", "-")}.js`;
