// Compiled and not run: what the resources after Python's contextlib give, and what they refuse.
import { type AsyncResource, closing, raii, type Resource } from "../../runtime/index.ts";
import { type Assert, type Equal, given, type Server } from "./equal.ts";

/** As `pg` and many others type it: with a callback, or giving a promise. */
interface Client {
  query(text: string): string[];
  end(): Promise<void>;
  end(callback: (error: Error) => void): void;
}
interface Listener {
  close(callback?: (error?: Error) => void): this;
}
class Connection {
  readonly end = "of the line";
  async close(force = false): Promise<void> {
    given<[boolean, this]>()[0] = force;
  }
  shutdown(): void {}
  kill(_signal: string): void {}
  stop?(): void;
}

export async function ofClosing() {
  const listener = closing(given<Listener>());
  const client = closing(given<Client>());
  const connection = closing(given<Connection>());
  const worker = closing(given<{ destroy(): number }>());
  const either = closing(given<Client | Listener>());
  const sometimes = closing(given<{ close(): Promise<void> | undefined }>());
  const disposable = closing(given<Server>());
  const asyncDisposable = closing(given<AsyncDisposable>());
  const promised = closing(given<Promise<Listener>>());
  const anything = closing(given<{ close(): any }>());
  const named = closing(given<Connection>(), "shutdown");
  const namedAsync = closing(given<Connection>(), "close");
  const namedOverload = closing(given<Client>(), "end");
  const promisedName = closing(given<Promise<Connection>>(), "shutdown");
  const symbol = closing(given<Server>(), Symbol.dispose);
  const { query } = await raii(client);
  return given<
    [
      Assert<Equal<typeof listener, Resource<Listener>>>,
      Assert<Equal<typeof client, AsyncResource<Client>>>,
      Assert<Equal<typeof connection, AsyncResource<Connection>>>,
      Assert<Equal<typeof worker, Resource<{ destroy(): number }>>>,
      Assert<Equal<typeof either, AsyncResource<Client> | AsyncResource<Listener>>>,
      Assert<Equal<typeof sometimes, AsyncResource<{ close(): Promise<void> | undefined }>>>,
      Assert<Equal<typeof disposable, Resource<Server>>>,
      Assert<Equal<typeof asyncDisposable, AsyncResource<AsyncDisposable>>>,
      Assert<Equal<typeof promised, AsyncResource<Listener>>>,
      Assert<Equal<typeof anything, Resource<{ close(): any }>>>,
      Assert<Equal<typeof named, Resource<Connection>>>,
      Assert<Equal<typeof namedAsync, AsyncResource<Connection>>>,
      Assert<Equal<typeof namedOverload, AsyncResource<Client>>>,
      Assert<Equal<typeof promisedName, AsyncResource<Connection>>>,
      Assert<Equal<typeof symbol, Resource<Server>>>,
      Assert<Equal<typeof query, (text: string) => string[]>>,
    ]
  >();
}

export function refusedByClosing() {
  // @ts-expect-error -- it has nothing to close it by
  closing({});
  // @ts-expect-error -- null is no value to close; `value && closing(value)` is
  closing(null);
  // @ts-expect-error -- its close needs an argument
  closing({ close: (code: number) => code });
  // @ts-expect-error -- its close needs an argument, and goes before its end
  closing({ close: (code: number) => code, end() {} });
  // @ts-expect-error -- not a method
  closing({ close: true });
  // @ts-expect-error -- it needs an argument
  closing(given<Connection>(), "kill");
  // @ts-expect-error -- it may not be there
  closing(given<Connection>(), "stop");
  // @ts-expect-error -- no method
  closing(given<Connection>(), "end");
  // @ts-expect-error -- no such method
  closing(given<Connection>(), "shutDown");
  // @ts-expect-error -- without `await` it is not there yet
  raii(closing(given<Client>())).query("select 1");
  // @ts-expect-error -- the promise is what is named, and not what it gives
  closing(given<Promise<Connection>>(), "finally");
}
