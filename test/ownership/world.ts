import { type AsyncResource, type Exit, resource } from "../../runtime/index.ts";
import type { Kind } from "./program.ts";

/** What a run leaves behind. */
export type Trace = string[];

interface OwnedEntry {
  readonly owned: AsyncResource<unknown>;
  readonly isAsync: boolean;
}

/** What a printed program works with: it makes what is acquired, and keeps the handles and what was moved. */
export class World {
  readonly trace: Trace = [];
  private readonly handles: Handle[] = [];
  private readonly moves: OwnedEntry[] = [];

  /** Of a Disposable the handle is it itself; of a resource something else. */
  make(kind: Kind, canAwait: boolean): unknown {
    const id = this.handles.length;
    const handle = new Handle(id);
    this.handles.push(handle);
    const { trace } = this;
    if (kind === "resource" || (kind === "async" && !canAwait))
      return resource(
        () => handle,
        (_, exit: Exit) => trace.push(`-${id} ${exit.kind}`),
      );
    if (kind === "disposable") return Object.assign(handle, { [Symbol.dispose]: () => trace.push(`-${id}`) });
    return resource(
      async () => handle,
      async (_, exit: Exit) => {
        trace.push(`-${id} ${exit.kind}`);
        await null;
        trace.push(`-${id}.`);
      },
    );
  }

  held(handle: unknown): unknown {
    this.trace.push(`+${(handle as Handle).id}`);
    return handle;
  }

  handle(index: number): unknown {
    return this.handles.at(-1 - index) ?? "none";
  }

  disposable(index: number): unknown {
    const found = this.handles.filter((each) => Symbol.dispose in each).at(-1 - index);
    if (found) this.trace.push(`again ${found.id}`);
    return found;
  }

  moved(owned: AsyncResource<unknown>, isAsync: boolean): void {
    this.moves.push({ owned, isAsync });
    this.trace.push("moved");
  }

  refused(error: unknown): void {
    this.trace.push(/Use moveAsync/.test(String(error)) ? "refused: async" : "refused");
  }

  /** Takes one from the list: what can be acquired without `await`, where there is none. */
  owned(index: number, canAwait: boolean): unknown {
    const suitable = this.moves.filter(({ isAsync }) => canAwait || !isAsync);
    const found = suitable.at(-1 - index);
    if (found) this.moves.splice(this.moves.indexOf(found), 1);
    return found?.owned;
  }

  took(handle: unknown): unknown {
    this.trace.push(handle instanceof Handle ? `took ${handle.id}` : "took nothing");
    return handle;
  }

  yes(): boolean {
    return true;
  }

  failure(): Error {
    return new Error("failure");
  }

  caught(error: unknown): void {
    this.trace.push(`caught ${(error as Error).message}`);
  }

  drain(generator: Generator): void {
    for (const each of generator) void each;
  }

  /** How many there are that nobody has acquired. */
  get left(): number {
    return this.moves.length;
  }
}

class Handle {
  constructor(readonly id: number) {}
}
