import { describe, expect, it } from "vitest";
import { acquire, all, run } from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace } from "../runtime/traced.ts";
import { failing, noted } from "./noted.ts";

describe("all(resources)", () => {
  it("makes one resource of many, which are released in reverse", () => {
    const trace: Trace = [];
    const made = all([noted("a", trace), noted("b", trace), null]);
    expect(trace).toEqual([]);
    expect(run(() => acquire(made))).toEqual(["a", "b", null]);
    expect(trace).toEqual(["-b succeeded", "-a succeeded"]);
  });

  it("of a record gives the handles by name", () => {
    const trace: Trace = [];
    const made = all({ first: noted("a", trace), second: noted("b", trace) });
    expect(run(() => acquire(made))).toEqual({ first: "a", second: "b" });
    expect(trace).toEqual(["-b succeeded", "-a succeeded"]);
  });

  it("acquires all or none: when one fails, those before it are released and those after it are not begun", () => {
    const trace: Trace = [];
    const late = noted("late", trace, () => expect.fail("it was begun"));
    const made = all([noted("a", trace), noted("b", trace), failing("no"), late]);
    expect(thrownBy(() => run(() => acquire(made)))).toEqual({ error: "no" });
    expect(trace).toEqual(['-b failed "no"', '-a failed "no"']);
  });

  it("of nothing is nothing", () => {
    expect(run(() => acquire(all([])))).toEqual([]);
    expect(run(() => acquire(all({})))).toEqual({});
  });

  it("reads the list when the resource is made: what is done to it later means nothing, and a generator is enough", () => {
    const trace: Trace = [];
    const list = [disposable(trace, "a"), disposable(trace, "b")];
    const made = all(list);
    const ofGenerator = all(list.values());
    list.pop();
    for (const each of [made, made, ofGenerator, ofGenerator]) run(() => acquire(each));
    expect(trace).toEqual(Array(4).fill(["-b", "-a"]).flat());
  });

  it("a record keeps its keys, whatever they are called", () => {
    const made = all(JSON.parse('{ "__proto__": null, "b": null, "1": null }') as Record<string, null>);
    const handles = run(() => acquire(made));
    expect(Object.getPrototypeOf(handles)).toBe(Object.prototype);
    expect(Object.keys(handles)).toEqual(["1", "__proto__", "b"]);
  });

  it("the same one twice is acquired and released twice (property 9)", () => {
    const trace: Trace = [];
    const one = disposable(trace, "a");
    run(() => acquire(all([one, one])));
    expect(trace).toEqual(["-a", "-a"]);
  });
});
