// Compiled and not run: making resources, the protocol, and what a release is told.
import {
  type Acquisition,
  type CancelledExit,
  contextManager,
  type Exit,
  type FailedExit,
  raii,
  Resource,
  resource,
  type SucceededExit,
} from "../../runtime/index.ts";
import { type Assert, type Database, type Equal, given, type Server } from "./equal.ts";

export function ofFunctions() {
  const database = resource(
    () => given<Database>(),
    (handle, exit) => {
      given<[Assert<Equal<typeof handle, Database>>, Assert<Equal<typeof exit, Exit>>]>();
      handle.query(exit.kind === "succeeded" ? "commit" : "rollback");
    },
  );
  const named = resource(
    () => 1,
    () => {},
    "named",
  );
  const harmless = resource(
    () => new Map<string, number>(),
    (map) => map.delete("key"),
  );
  const explicit = resource<Database | null>(
    () => null,
    (handle) => handle?.query("rollback"),
  );
  return given<
    [
      Assert<Equal<typeof database, Resource<Database>>>,
      Assert<Equal<typeof named, Resource<number>>>,
      Assert<Equal<typeof harmless, Resource<Map<string, number>>>>,
      Assert<Equal<typeof explicit, Resource<Database | null>>>,
    ]
  >();
}

export function ofGenerators() {
  const tempDir = contextManager(function* tempDir(prefix: string, depth: number = 1) {
    const sent = yield prefix.repeat(depth);
    given<Assert<Equal<typeof sent, unknown>>>();
  });
  const mixed = contextManager(function* (open: boolean) {
    if (open) yield given<Server>();
    else yield null;
  });
  class Host {
    readonly name = "host";
    readonly connect = contextManager(function* (this: Host, port: number) {
      yield `${this.name}:${port}`;
    });
  }
  const path = raii(tempDir("build-"));
  raii(tempDir("build-", 2));
  const server = raii(mixed(true));
  const connection = raii(new Host().connect(80));
  return given<
    [
      Assert<Equal<typeof path, string>>,
      Assert<Equal<typeof server, Server | null>>,
      Assert<Equal<typeof connection, string>>,
    ]
  >();
}

class TempDir implements Resource<string> {
  constructor(private readonly prefix: string) {}
  [Resource.acquire](): Acquisition<string> {
    return { handle: this.prefix, release: (exit) => exit.kind };
  }
}

export function ofClass() {
  const path = raii(new TempDir("build-"));
  const wider: Resource<string | number> = new TempDir("a resource of a string gives a string or a number");
  const literal: Resource<number> = { [Resource.acquire]: () => ({ handle: 1, release() {} }) };
  return [given<Assert<Equal<typeof path, string>>>(), wider, literal];
}

export function narrowing(exit: Exit): unknown {
  switch (exit.kind) {
    case "succeeded":
      given<Assert<Equal<typeof exit, SucceededExit>>>();
      // @ts-expect-error -- a success carries no error
      return exit.error;
    case "failed":
      given<[Assert<Equal<typeof exit, FailedExit>>, Assert<Equal<typeof exit.error, unknown>>]>();
      exit.suppress();
      return exit.error;
    case "cancelled":
      given<Assert<Equal<typeof exit, CancelledExit>>>();
      // @ts-expect-error -- a cancellation cannot be suppressed
      exit.suppress();
      return exit.reason;
    default:
      return given<Assert<Equal<typeof exit, never>>>();
  }
}

export function refused(exit: Exit, failed: FailedExit) {
  // @ts-expect-error -- only a failed exit can be suppressed
  exit.suppress();
  // @ts-expect-error -- only a failed exit has an error
  exit.error;
  // @ts-expect-error -- the exit is told, not set
  failed.error = new Error();
  // @ts-expect-error -- the exit is told, not set
  failed.kind = "succeeded";
  // @ts-expect-error -- a release is needed
  resource(() => 1);
  const release = (handle: string) => handle;
  // @ts-expect-error -- the handle is a number
  resource(() => 1, release);
  const open = (path: string) => path;
  // @ts-expect-error -- acquire takes nothing
  resource(open, release);
  // @ts-expect-error -- a generator function is called for
  contextManager(() => 1);
  // @ts-expect-error -- one that yields, not one that returns a promise
  contextManager(async () => 1);
  const tempDir = contextManager(function* (prefix: string) {
    yield prefix;
  });
  // @ts-expect-error -- the parameter is a string
  tempDir(1);
  // @ts-expect-error -- it is called to make the resource
  raii(tempDir);
  // @ts-expect-error -- a resource of a number is none of a string
  const narrower: Resource<string> = given<Resource<string | number>>();
  // @ts-expect-error -- a release is needed
  const unreleased: Resource<number> = { [Resource.acquire]: () => ({ handle: 1 }) };
  class Wrong {
    // @ts-expect-error -- the handle is a number
    readonly check: Resource<string> = { [Resource.acquire]: () => ({ handle: 1, release() {} }) };
  }
  return [narrower, unreleased, Wrong];
}
