import { contextManager, type Exit, resource } from "../../runtime/index.ts";
import type { Condition, ResourceKind } from "./program.ts";
import { type Handle, show, showError, type Value, World } from "./world.ts";

/** What a printed program calls. */
export type Tools = ReturnType<typeof createTools>;

export function createTools(world: World) {
  const create = (site: string): Handle => {
    const name = `${site}.${world.count(site)}`;
    const failure = world.step();
    world.note(failure === undefined ? `+${name}` : `!${name}`);
    if (failure !== undefined) throw new Error(failure);
    return { name, isOpen: true };
  };
  const refuse = (site: string): string => {
    const name = `${site}.${world.count(site)}`;
    const failure = world.step();
    world.note(`!${name}`);
    if (failure !== undefined) throw new Error(failure);
    return name;
  };
  const close = (handle: Handle, told: string): void => {
    handle.isOpen = false;
    world.note(`-${handle.name}${told}`);
    const failure = world.step();
    if (failure !== undefined) throw new Error(failure);
  };
  const releases: Partial<Record<ResourceKind, (handle: Handle, exit: Exit) => void>> = {
    aware() {},
    awareFailing(handle) {
      throw new Error(`release ${handle.name}`);
    },
    suppressing(_, exit) {
      if (exit.kind === "failed") exit.suppress();
    },
    replacing(handle, exit) {
      if (exit.kind === "failed") throw new Error(`release ${handle.name}`);
    },
    rethrowing(_, exit) {
      if (exit.kind === "failed") throw exit.error;
    },
  };
  const manage = contextManager(function* (site: string, isSuppressing: boolean) {
    const handle = create(site);
    try {
      yield handle;
    } catch (error) {
      close(handle, ` failed ${showError(error)}`);
      if (isSuppressing) return;
      throw error;
    }
    close(handle, " succeeded");
  });

  function open(kind: ResourceKind, site: string): unknown {
    switch (kind) {
      case "nothing":
        return world.count(site) % 2 === 0 ? null : undefined;
      case "noResource":
        refuse(site);
        return 7;
      case "unopenable":
        throw new Error(`open ${refuse(site)}`);
      case "unacquirable":
        return resource(
          () => {
            throw new Error(`open ${refuse(site)}`);
          },
          () => world.note("released what was never acquired"),
        );
      case "plain":
      case "failing":
      case "failingUndefined":
        return Object.assign(create(site), {
          [Symbol.dispose](this: Handle, ...args: unknown[]) {
            close(this, args.length === 0 ? "" : " told something");
            if (kind === "failing") throw new Error(`release ${this.name}`);
            if (kind === "failingUndefined") throw undefined;
          },
        });
      case "manager":
      case "suppressingManager":
        return manage(site, kind === "suppressingManager");
      default:
        return resource(
          () => create(site),
          (handle, exit) => {
            close(handle, exit.kind === "failed" ? ` failed ${showError(exit.error)}` : ` ${exit.kind}`);
            releases[kind]!(handle, exit);
          },
        );
    }
  }

  return {
    open,
    log(text: string, value: Value) {
      world.note(`${text} ${show(value)}`);
      const failure = world.step();
      if (failure !== undefined) throw new Error(failure);
    },
    show: (value: Value) => world.note(`show ${show(value)}`),
    later: (closure: () => Value) => void world.laters.push(closure),
    caught: (error: unknown) => world.note(`caught ${showError(error)}`),
    both: (left: Value, right: Value) => `${show(left)}&${show(right)}`,
    /** Answers a condition; the value is evaluated, no more. */
    when: (site: Condition["site"], answers: string, _value?: Value) =>
      world.when({ site, answers: [...answers].map((answer) => answer === "y") }),
    number: (number: number, _value?: Value) => number,
    more: (site: string, times: number) => world.more(site, times),
    *upTo(site: string, times: number, _value: Value) {
      try {
        for (let i = 0; i < times; i++) yield i;
      } finally {
        world.note(`end ${site}`);
      }
    },
    *openEach(loop: string, times: number, kind: ResourceKind, site: string) {
      try {
        for (let i = 0; i < times; i++) yield open(kind, site);
      } finally {
        world.note(`end ${loop}`);
      }
    },
  };
}
