import { contextManager, type Exit, resource } from "../../runtime/index.ts";
import { type ResourceKind, type Traits, traitsOf } from "./kinds.ts";
import { type Handle, showError, type World } from "./world.ts";

/** Resources of every kind, for printed programs. @param turns takes some turns of the microtask queue. */
export function createOpen(world: World, turns: () => Promise<void>) {
  const create = (name: string): Handle => {
    const failure = world.step();
    world.note(failure === undefined ? `+${name}` : `!${name}`);
    if (failure !== undefined) throw new Error(failure);
    return { name, isOpen: true };
  };
  const refuse = (name: string): never => {
    const failure = world.step();
    world.note(`!${name}`);
    throw new Error(failure ?? `open ${name}`);
  };
  const begin = (site: string): string => `${site}.${world.count(site)}`;
  const beginSlowly = (site: string): string => {
    const name = begin(site);
    world.note(`?${name}`);
    return name;
  };

  const close = (handle: Handle, told: string): void => {
    handle.isOpen = false;
    world.note(`-${handle.name}${told}`);
  };
  /** The step that a release is. */
  const fail = (): void => {
    const failure = world.step();
    if (failure !== undefined) throw new Error(failure);
  };
  const closeSlowly = async (handle: Handle, told: string): Promise<void> => {
    close(handle, told);
    await turns();
    world.note(`.${handle.name}`);
    fail();
  };
  const react = (does: Traits["does"], { name }: Handle, exit?: Exit): void => {
    if (does === "fail") throw new Error(`release ${name}`);
    if (does === "failUndefined") throw undefined;
    if (exit?.kind !== "failed") return;
    if (does === "suppress") exit.suppress();
    if (does === "replace") throw new Error(`release ${name}`);
    if (does === "rethrow") throw exit.error;
  };
  const tell = (exit: Exit): string =>
    exit.kind === "failed" ? ` failed ${showError(exit.error)}` : ` ${exit.kind}`;

  /** The dispose methods that an object has. */
  const disposable = (site: string, { by, does, slow }: Traits): object => {
    const told = (args: readonly unknown[], how: string): string =>
      `${args.length === 0 ? "" : " told something"}${by === "both" ? ` ${how}` : ""}`;
    const dispose = function (this: Handle, ...args: unknown[]) {
      close(this, told(args, "sync"));
      fail();
      react(does, this);
    };
    const disposeAsync = function (this: Handle, ...args: unknown[]) {
      close(this, told(args, "async"));
      fail();
      react(does, this);
    };
    const disposeSlowly = async function (this: Handle, ...args: unknown[]) {
      await closeSlowly(this, told(args, "async"));
      react(does, this);
    };
    return Object.assign(create(begin(site)), {
      ...(by !== "AsyncDisposable" && { [Symbol.dispose]: dispose }),
      ...(by !== "Disposable" && { [Symbol.asyncDispose]: slow ? disposeSlowly : disposeAsync }),
    });
  };

  const managed = contextManager(function* (site: string, does: Traits["does"]) {
    const handle = create(begin(site));
    let told = " cancelled";
    try {
      yield handle;
      told = " succeeded";
    } catch (error) {
      told = ` failed ${showError(error)}`;
      if (does !== "suppress") throw error;
    } finally {
      close(handle, told);
      fail();
    }
  });
  const managedSlowly = contextManager(async function* (site: string, does: Traits["does"]) {
    const name = beginSlowly(site);
    await turns();
    const handle = create(name);
    let told = " cancelled";
    try {
      yield handle;
      told = " succeeded";
    } catch (error) {
      told = ` failed ${showError(error)}`;
      if (does !== "suppress") throw error;
    } finally {
      await closeSlowly(handle, told);
    }
  });

  const told = (site: string, { does, slow, refuses }: Traits): unknown => {
    const acquire = refuses ? refuse : create;
    const acquireSlowly = async (): Promise<Handle> => {
      const name = beginSlowly(site);
      await turns();
      return acquire(name);
    };
    const release = (handle: Handle, exit: Exit): void => {
      if (refuses) world.note("released what was never acquired");
      close(handle, tell(exit));
      fail();
      react(does, handle, exit);
    };
    const releaseSlowly = async (handle: Handle, exit: Exit): Promise<void> => {
      if (refuses) world.note("released what was never acquired");
      await closeSlowly(handle, tell(exit));
      react(does, handle, exit);
    };
    return resource<Handle | Promise<Handle>>(
      slow === "acquire" || slow === "both" ? acquireSlowly : () => acquire(begin(site)),
      slow === "release" || slow === "both" ? releaseSlowly : release,
    );
  };

  const openNow = (site: string, traits: Traits): unknown => {
    switch (traits.by) {
      case "null":
        return world.count(site) % 2 === 0 ? null : undefined;
      case "error":
        return refuse(begin(site));
      case "number": {
        const name = begin(site);
        const failure = world.step();
        world.note(`!${name}`);
        if (failure !== undefined) throw new Error(failure);
        return 7;
      }
      case "Resource":
        return told(site, traits);
      case "manager":
        return (traits.slow ? managedSlowly : managed)(site, traits.does);
      default:
        return disposable(site, traits);
    }
  };

  /** @param _argument is evaluated, no more. */
  return (kind: ResourceKind, site: string, _argument?: unknown): unknown => {
    const traits = traitsOf(kind);
    return traits.isPromised ? turns().then(() => openNow(site, traits)) : openNow(site, traits);
  };
}
