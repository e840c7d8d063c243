import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { Scope } from "../../runtime/core/scope.ts";
import { resource } from "../../runtime/index.ts";
import { gc } from "../harness/alive.ts";
import { disposable } from "../runtime/traced.ts";
import { move, moveAsync } from "./from.ts";

/** Collects what can be, and lets the registry tell of it. */
async function collect(): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await setImmediate();
    gc();
  }
  await setImmediate();
}

interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

describe("an owned resource that nobody acquires", () => {
  const warnings: Warning[] = [];
  const emitWarning = vi.spyOn(process, "emitWarning");
  beforeEach(() => {
    warnings.length = 0;
    emitWarning.mockImplementation(((
      message: string,
      options: { code: string; detail: string; type: string },
    ) => {
      warnings.push(Object.assign(new Error(message), { ...options, name: options.type }));
    }) as never);
  });
  afterEach(() => void vi.unstubAllEnvs());

  /** Moves one out of a scope that ends, and drops what that gives. */
  function lose(name: string): void {
    const scope = new Scope();
    move.from(
      scope.acquire(
        resource(
          () => ({ name }),
          () => {},
          name,
        ),
      ),
      scope,
    );
    scope.exit();
  }

  it("is reported when it is collected, with its name and where it was moved", async () => {
    lose("socket");
    await collect();
    expect(warnings).toHaveLength(1);
    const [warning] = warnings;
    expect(warning!.message).toBe(
      "ts-raii: socket was moved and never acquired, so nothing releases it. Acquire what move() gives, and let nothing that can fail come in between",
    );
    expect([warning!.name, warning!.code]).toEqual(["OwnershipWarning", "RAII_LOST"]);
    expect(warning!.detail).toMatch(/^ +at lose .*lost\.test\.ts/);
  });

  it("is reported also of moveAsync, and where its handle lives on", async () => {
    const handle = { [Symbol.asyncDispose]: async () => {} };
    const loseAsync = () => {
      const scope = new AsyncScope();
      scope.request(handle);
      moveAsync.from(handle, scope);
    };
    loseAsync();
    await collect();
    expect(warnings.map(({ message }) => message.split(" ").slice(0, 3).join(" "))).toEqual([
      "ts-raii: Object was",
    ]);
    expect(handle).toBeDefined();
  });

  it("is reported also where the object that holds it holds what moves it: the stack keeps nothing alive", async () => {
    class Host {
      readonly part: unknown;
      constructor() {
        const scope = new Scope();
        this.part = move.from(scope.acquire(disposable([], "part")), scope);
      }
    }
    (() => void new Host())();
    await collect();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.detail).toContain("new Host");
  });

  it("is not reported once it was acquired, nor while somebody has it, nor where there was nothing", async () => {
    const scope = new Scope();
    const kept = move.from(scope.acquire(disposable([], "kept")), scope);
    (() => {
      const owned = move.from(scope.acquire(disposable([], "acquired")), scope);
      scope.acquire(owned);
      move.from(null, scope);
    })();
    await collect();
    expect(warnings).toEqual([]);
    expect(kept).toBeDefined();
    scope.acquire(kept);
  });

  it("is not reported in production, and no stack is made there", async () => {
    const { prepareStackTrace } = Error;
    const format = vi.fn(() => "a stack");
    Error.prepareStackTrace = format;
    try {
      lose("in development");
      expect(format).toHaveBeenCalledTimes(1);
      vi.stubEnv("NODE_ENV", "production");
      lose("in production");
      expect(format).toHaveBeenCalledTimes(1);
    } finally {
      Error.prepareStackTrace = prepareStackTrace!;
    }
    await collect();
    expect(warnings.map(({ message }) => message.slice(0, 32))).toEqual(["ts-raii: in development was move"]);
  });

  it("is reported where there is no process to ask, by the console where it warns of nothing", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { emitWarning: emit } = process;
    vi.stubGlobal("process", undefined);
    try {
      lose("socket");
    } finally {
      vi.unstubAllGlobals();
    }
    Object.assign(process, { emitWarning: undefined });
    try {
      await collect();
    } finally {
      Object.assign(process, { emitWarning: emit });
    }
    expect(warnings).toEqual([]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/^ts-raii: socket was moved and never acquired[^]*\n +at lose/);
    warn.mockRestore();
  });

  it("is not reported by an engine without FinalizationRegistry, which moves as any other", async () => {
    vi.stubGlobal("FinalizationRegistry", undefined);
    try {
      lose("socket");
    } finally {
      vi.unstubAllGlobals();
    }
    await collect();
    expect(warnings).toEqual([]);
  });
});
