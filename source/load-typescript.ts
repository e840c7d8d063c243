import { dirname, isAbsolute } from "node:path";
import type ts from "typescript";
import { loadTypeScript as loadFrom } from "../toolchain/load-typescript";
import { ToolchainError } from "../toolchain/toolchain-error";

let loaded: typeof ts | undefined;

/**
 * The TypeScript of the project, loaded when it is first needed: `typescript` of version 5.9 or 6, else
 * `@typescript/typescript6` or another name for TypeScript 6.
 *
 * @param fileName the file to compile. Its folder is asked where the current folder has none: tools start anywhere.
 * @throws {ToolchainError} where there is none; it says what to install.
 */
export function loadTypeScript(fileName?: string): typeof ts {
  const ofFile = fileName !== undefined && isAbsolute(fileName) ? [dirname(fileName)] : [];
  try {
    return (loaded ??= loadFrom(process.cwd(), ...ofFile, __dirname));
  } catch (error) {
    if (error instanceof ToolchainError)
      error.message = `ts-raii cannot compile ${fileName ?? "the modules"}. ${error.message}`;
    throw error;
  }
}
