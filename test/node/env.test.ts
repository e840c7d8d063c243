import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { acquire, Resource, run } from "../../runtime/index.ts";
import { env } from "../../runtime/node/index.ts";
import { ways, within } from "./ways-out.ts";

/** Names of these tests' own; on Windows, where case means nothing, there are fewer. */
const names = ["TS_RAII_A", "TS_RAII_B", "ts_raii_a", "TS_RAII_Ü"];
const present = (): Record<string, string | undefined> => ({ ...process.env });

describe("env()", () => {
  beforeEach(() => names.forEach((name) => delete process.env[name]));

  it.each(ways)("is set within the scope and as before after it, when that has %s", async (way) => {
    process.env["TS_RAII_A"] = "before";
    const all = present();
    const resource = env({ TS_RAII_A: "now", TS_RAII_B: "new", HOME: undefined });
    expect(present()).toEqual(all); // nothing until it is acquired
    const error = await within(resource, way, (environment) => {
      expect(environment).toBe(process.env);
      expect(process.env["TS_RAII_A"]).toBe("now");
      expect(process.env["TS_RAII_B"]).toBe("new");
      expect("HOME" in process.env).toBe(false);
      process.env["TS_RAII_A"] = "changed by the body";
      delete process.env["TS_RAII_B"];
    });
    expect(error).toBeUndefined();
    expect(present()).toEqual(all);
  });

  it("an empty value is a value, and unset is not empty", async () => {
    process.env["TS_RAII_A"] = "";
    await within(env({ TS_RAII_A: undefined, TS_RAII_B: "" }), "succeeded", () => {
      expect("TS_RAII_A" in process.env).toBe(false);
      expect(process.env["TS_RAII_B"]).toBe("");
    });
    expect(process.env["TS_RAII_A"]).toBe("");
    expect("TS_RAII_B" in process.env).toBe(false);
  });

  it("leaves alone what it does not name", async () => {
    await within(env({ TS_RAII_A: "now" }), "succeeded", () => void (process.env["TS_RAII_B"] = "kept"));
    expect(process.env["TS_RAII_B"]).toBe("kept");
  });

  it("reads its argument at the call", async () => {
    const variables: Record<string, string> = { TS_RAII_A: "one" };
    const resource = env(variables);
    variables["TS_RAII_A"] = "two";
    await within(resource, "succeeded", () => expect(process.env["TS_RAII_A"]).toBe("one"));
  });

  it.each([
    [{ TS_RAII_A: "now", "": "x" }, `a variable of the name ""`],
    [{ TS_RAII_A: "now", "A=B": "x" }, `a variable of the name "A=B"`],
    [{ TS_RAII_A: "now", "A\0": "x" }, `a variable of the name "A\\u0000"`],
    [
      { TS_RAII_A: "now", TS_RAII_B: 1 },
      "for TS_RAII_B a string without zero characters, or undefined to unset it; not a value of type number",
    ],
    [{ TS_RAII_A: "now", TS_RAII_B: null }, "not a value of type object"],
    [{ TS_RAII_A: "now", TS_RAII_B: "se\0cret" }, "not this one"],
  ])("refuses %j at the call, and changes nothing", (variables, message) => {
    const all = present();
    const call = (): unknown => env(variables as Record<string, string>);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
    expect(call).not.toThrow("cret"); // values may be secrets
    expect(present()).toEqual(all);
  });

  it("a second release is refused, and changes nothing", () => {
    const acquisition = env({ TS_RAII_A: "now" })[Resource.acquire]();
    acquisition.release({ kind: "succeeded" });
    process.env["TS_RAII_A"] = "later";
    expect(() => acquisition.release({ kind: "succeeded" })).toThrow("env was released before");
    expect(process.env["TS_RAII_A"]).toBe("later");
  });

  it("any nesting of any variables, changed by the body or not, is undone exactly", () => {
    const value = fc.option(fc.stringMatching(/^[^\0]{0,5}$/u), { nil: undefined });
    const variables = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(
        variables,
        fc.array(fc.record({ set: variables, meddle: variables }), { maxLength: 5 }),
        fc.boolean(),
        (initial, layers, fails) => {
          put(initial);
          const all = present();
          const seen: unknown[] = [];
          const expected: unknown[] = [];
          const nest = (depth: number): unknown =>
            run(function* () {
              const layer = layers[depth];
              if (!layer) {
                if (fails) throw new Error("innermost");
                return;
              }
              const outside = present();
              yield* acquire(env(layer.set));
              seen.push(present());
              expected.push(model(outside, layer.set));
              try {
                nest(depth + 1);
              } finally {
                put(pick(layer.meddle, Object.keys(layer.set)));
              }
            });
          if (fails) expect(() => nest(0)).toThrow("innermost");
          else nest(0);
          expect(present()).toEqual(all);
          if (process.platform !== "win32") expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function put(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** What the body may meddle with and have undone: what its layer names. */
function pick(variables: Record<string, string | undefined>, keys: string[]): typeof variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => keys.includes(name)));
}

/** The environment after the variables are set. */
function model(before: Record<string, string | undefined>, set: typeof before): typeof before {
  return Object.fromEntries(Object.entries({ ...before, ...set }).filter(([, value]) => value !== undefined));
}
