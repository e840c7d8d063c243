import { raii } from "ts-raii";
import { resource } from "./resource.js";

/*
 * The article's program: three resources on three lines, where Python needs three nested `with` blocks, and an error
 * at the end. There it has to be a coroutine that is handed to a runner; here it is a function, and is called.
 *
 * Prints:
 *
 *     resource::acquire 1
 *     use a = 1
 *     resource::acquire 2
 *     use b = 2
 *     resource::acquire 3
 *     use c = 3
 *     resource::release 3
 *     resource::release 2
 *     resource::release 1
 *     Error: intentional error
 */

function program(): void {
  "use raii";
  const a = raii(resource(1));
  console.log("use a =", a);

  const b = raii(resource(2));
  console.log("use b =", b);

  const c = raii(resource(3));
  console.log("use c =", c);

  throw new Error("intentional error");
}

try {
  program();
} catch (error) {
  console.log(String(error));
}
