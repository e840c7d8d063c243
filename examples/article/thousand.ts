import { raii } from "ts-raii";
import { check } from "../check.js";
import { resource } from "./resource.js";

/*
 * The article's loop over a thousand resources, at which its runner ends in a RecursionError. A `const` would release
 * each at the end of its turn; Python's variables belong to the function, and so does a `var`.
 *
 * Prints:
 *
 *     resource::acquire 0
 *     use a = 0
 *     resource::acquire 1
 *     use a = 1
 *     … 1993 more
 *     use a = 998
 *     resource::acquire 999
 *     use a = 999
 *     resource::release 999
 *     resource::release 998
 *     … 996 more
 *     resource::release 1
 *     resource::release 0
 *     Error: intentional error
 *     ok    all 3000 lines are there, in this order
 */

const said: string[] = [];
const say = (line: string): void => void said.push(line);

function program(): void {
  "use raii";
  for (let i = 0; i < 1000; i++) {
    var a = raii(resource(i, say));
    say(`use a = ${a}`);
  }
  throw new Error("intentional error");
}

let ending = "it returned";
try {
  program();
} catch (error) {
  ending = String(error);
}

const numbers = Array.from({ length: 1000 }, (_, i) => i);
const expected = [
  ...numbers.flatMap((i) => [`resource::acquire ${i}`, `use a = ${i}`]),
  ...numbers.reverse().map((i) => `resource::release ${i}`),
];
const lines = [
  ...said.slice(0, 4),
  "… 1993 more",
  ...said.slice(1997, 2002),
  "… 996 more",
  ...said.slice(-2),
  ending,
];
console.log(lines.join("\n"));
check(`all ${expected.length} lines are there, in this order`, said.join("\n") === expected.join("\n"));
