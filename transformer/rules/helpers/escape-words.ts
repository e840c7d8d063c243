import type { Held } from "../../flow/held";
import type { Via } from "../../flow/origin";

/** What leaves, as a message says it. @param text of what is given away, in quotes. */
export function subjectOf(via: Via, text: string): string {
  switch (via) {
    case "itself":
      return "it";
    case "inside":
      return "an object that holds it";
    case "closure":
      return "a function that uses it";
    case "owned":
      return `${text}, which it releases,`;
    case "lazy":
      return `${text}, which still reads or writes through it,`;
    case "derived":
      return `${text}, which works only while it is open,`;
    case "path":
      return `${text}, which is gone then,`;
  }
}

/** What to do about a handle that leaves. @param verb what is done with it: its first word says by which way. */
export function escapeHelp(held: Held, via: Via, verb: string): string {
  const name = held.name.slice(1, -1);
  const isName = /^[\w$]+$/.test(name);
  const it = isName ? name : "the handle";
  const quoted = isName ? held.name : "the handle";
  const pass = `let the caller ${held.isUsing ? "declare" : "acquire"} ${quoted} and pass it in`;
  const stack = held.isAsync ? "an AsyncDisposableStack" : "a DisposableStack";
  const mover = `${held.isAsync ? "moveAsync" : "move"}(${name})`;
  const acquirer = held.isAsync ? "await raii()" : "raii()";
  const canMove = !held.isUsing && (via === "itself" || via === "inside");
  switch (verb.split(" ")[0]) {
    case "returned":
      return returnHelp();
    case "thrown":
      return "Throw what you have read from it.";
    case "exported":
      return "Acquire it in the functions that use it, or export what you have read from it.";
    case "yielded":
      return "Use each in a loop over the generator, or yield what you have read from it.";
    case "handed":
      return 'Wait here until it has ended: await once(child, "exit") for a process, await pipeline(…) for streams.';
    case "loaded":
      return 'Wait in this scope until it is loaded, as by await image.decode(), or release it by hand when "load" has come.';
  }
  const [, target] = /"(.+)"/.exec(verb) ?? [];
  const back = verb.startsWith("assigned") ? `give "${target}" its old value again` : "take it out again";
  if (canMove)
    return `To keep it there, store ${mover}: that is a resource, and whoever uses it first acquires it with ${acquirer}. If it is needed there only until this scope ends, ${back} before that.`;
  if (via === "closure") return `Before the scope ends ${back}, or acquire inside the function.`;
  if (via === "itself" || via === "inside" || via === "owned")
    return `Before the scope ends ${back}, or let whoever keeps it have its own.`;
  return `Store what you have read with ${quoted}, or ${back} before the scope ends.`;

  function returnHelp(): string {
    switch (via) {
      case "itself":
        return canMove
          ? `To hand it over, return ${mover}: the caller then acquires it with ${acquirer}. Otherwise return what you have read from it.`
          : `Return what you have read from it, ${pass}, or use() it in ${stack} and return what that one's move() gives.`;
      case "inside":
        return canMove
          ? `To hand it over, put ${mover} there instead${isName ? `, as in { ${name}: ${mover} }` : ""}: the caller then acquires it with ${acquirer}. Otherwise return what you have read from it.`
          : `Return what you have read from it, or ${pass}.`;
      case "owned":
        return `To hand over all that it holds, return ${it}.move().`;
      case "closure":
        return `Call the function here and return what it gives, or ${pass}.`;
      case "lazy":
        return `Read it to its end here and return the result, or ${pass}.`;
      case "derived":
        return `Use it here and return the result (a copy, where it is bytes), or ${pass}.`;
      case "path":
        return `Return what you have read from it, or copy it to a place that stays, or ${pass}.`;
    }
  }
}
