import { isPromiseLike } from "../core/is-promise-like.js";

/** What is done with a client, written once for both kinds: each `yield` gives what the client has answered. */
export type Steps<T> = Generator<unknown, T, any>;

/** A client of the other kind was given. It has been sent the statement nonetheless. */
export class WrongClient extends TypeError {}

/** Runs steps with a synchronous client. @returns and throws what they do. */
export function runSteps<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) {
    const { value } = step;
    if (isPromiseLike(value)) {
      value.then(undefined, () => {}); // it is said below that this is the wrong client
      step = steps.throw(
        new WrongClient(
          "ts-raii: transactionSync() takes a synchronous client: await raii(transaction(client))",
        ),
      );
    } else step = steps.next(value);
  }
  return step.value;
}

/** Runs steps with an asynchronous client; as far as the first answer they run at once. */
export async function awaitSteps<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    if (!isPromiseLike(step.value)) {
      step = steps.throw(
        new WrongClient(
          "ts-raii: the client returned no promise: raii(transactionSync(client)), or its promise API",
        ),
      );
      continue;
    }
    let answer: unknown;
    try {
      answer = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(answer);
  }
  return step.value;
}
