/** What is left out of JSON with comments: strings stay, comments and the commas before a closing bracket go. */
const token = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])/g;

/**
 * Reads JSON as tsconfig.json has it, with comments and trailing commas.
 * @throws {SyntaxError} for anything else.
 */
export function parseJsonc(text: string): unknown {
  return JSON.parse(
    text.replace(/^\uFEFF/, "").replace(token, (found) => (found.startsWith('"') ? found : "")),
  );
}
