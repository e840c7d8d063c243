import { isGenerator } from "./is-generator.js";
import { onePerProcess } from "./one-per-process.js";

const started = /* @__PURE__ */ onePerProcess("started", /* @__PURE__ */ new WeakSet<object>());

/**
 * Gives the generator of a hand-written program, once.
 *
 * @param runner the function that was called, for the messages.
 * @throws {TypeError} when it is neither a generator function nor the generator of one, or is async.
 * @throws {Error} when this generator has been run before.
 */
export function startProgram<Program extends Generator<unknown, unknown, any>>(
  program: (() => Program) | Program,
  runner: string,
): Program {
  const generator = typeof program === "function" ? program() : program;
  if (!isGenerator(generator)) {
    throw new TypeError(
      `ts-raii: ${runner}() takes a generator function or the generator it gave: ${runner}(function* () { … })`,
    );
  }
  if (started.has(generator)) {
    throw new Error(
      `ts-raii: this program has been run before; give ${runner}() the generator function to run it again`,
    );
  }
  started.add(generator);
  return generator;
}
