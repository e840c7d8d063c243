import { createRequire } from "node:module";
import babel from "@babel/core";
import babelUsing from "@babel/plugin-transform-explicit-resource-management";
import esbuild from "esbuild";
import ts from "typescript";
import { deriveNested, deriveStack, deriveUsing } from "./derive.mjs";

const transformer = createRequire(import.meta.url)("../dist/transformer/index.js");

const { ES2022, ESNext } = ts.ScriptTarget;

function emit(source, target, before = []) {
  const compilerOptions = { target, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(source, { compilerOptions, transformers: { before } }).outputText;
}

/** Compiles the annotated functions with the transformer of this checkout. @param lowering the plugin's option. */
export function emitOurs(source, lowering = "program") {
  const addDiagnostic = ({ messageText }) => {
    throw new Error(`a benchmark case does not compile: ${messageText}`);
  };
  return emit(source, ES2022, [transformer(undefined, { lowering }, { ts, addDiagnostic })]);
}

function hasNativeUsing() {
  try {
    return new Function("{ using a = null; } return true;")();
  } catch {
    return false; // before Node 24 it is a syntax error
  }
}

const emitBabel = (source) =>
  babel.transformSync(emit(deriveUsing(source), ESNext), {
    plugins: [babelUsing],
    babelrc: false,
    configFile: false,
  }).code;

/** Constructors and generators are lowered in one way only, which is shown as the inline one. */
function emitProgram(source) {
  const emitted = emitOurs(source);
  return emitted === emitOurs(source, "inline") ? undefined : emitted;
}

/** The article's runner is synchronous and knows one scope, that of the function. */
const recursiveRunner = new URL("recursive-runner.mjs", import.meta.url).href;
const emitRecursive = (source) => {
  const emitted = emitOurs(source);
  return /\braii\.\s*drive\(/.test(emitted) && !emitted.includes("raii.scope(")
    ? emitted.replace('"ts-raii"', JSON.stringify(recursiveRunner))
    : undefined;
};

/** What is compared: each takes the source of a case and gives a module; `undefined` where the case cannot be said. */
export const variants = [
  { name: "program", emit: emitProgram },
  { name: "inline", emit: (source) => emitOurs(source, "inline") },
  { name: "nested", emit: (source) => emit(deriveNested(source), ES2022) },
  { name: "typescript", emit: (source) => emit(deriveUsing(source), ES2022) },
  {
    name: "esbuild",
    emit: (source) => esbuild.transformSync(deriveUsing(source), { loader: "ts", target: "es2022" }).code,
  },
  { name: "babel", emit: emitBabel },
  ...(hasNativeUsing() ? [{ name: "native", emit: (source) => emit(deriveUsing(source), ESNext) }] : []),
  ...(globalThis.DisposableStack
    ? [{ name: "stack", emit: (source) => emit(deriveStack(source), ES2022) }]
    : []),
  { name: "recursive", emit: emitRecursive },
];
