import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFixpoint, type Query } from "../../transformer/flow/fixpoint.ts";
import { parameters } from "../harness/sample.ts";

/*
 * A graph: each node gives its own number, and whatever its successors give. What a node gives is then what can be reached
 * from it, however the circles lie.
 */

type Answer = ReadonlySet<number>;

const union = (first: Answer, second: Answer): Answer => {
  const added = [...second].filter((each) => !first.has(each));
  return added.length === 0 ? first : new Set([...first, ...added]);
};

function queriesOf(graph: readonly (readonly number[])[]) {
  let steps = 0;
  const queries: Query<Answer>[] = graph.map((successors, index) => ({
    *answer() {
      steps++;
      let found: Answer = new Set([index]);
      for (const successor of successors) found = union(found, yield queries[successor]!);
      return found;
    },
  }));
  return { queries, steps: () => steps };
}

function reachable(graph: readonly (readonly number[])[], from: number): Answer {
  const found = new Set([from]);
  for (const node of found) for (const successor of graph[node]!) found.add(successor);
  return found;
}

describe("createFixpoint()", () => {
  it("gives what is reached, whatever is asked first", () => {
    const graphs = fc
      .integer({ min: 1, max: 9 })
      .chain((size) =>
        fc.tuple(
          fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
          fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 5 }),
        ),
      );
    fc.assert(
      fc.property(graphs, ([graph, asked]) => {
        const { queries } = queriesOf(graph);
        const solve = createFixpoint<Answer>(new Set(), union);
        for (const index of asked) expect(solve(queries[index]!)).toEqual(reachable(graph, index));
      }),
      parameters(20),
    );
  });

  it("follows a chain of any length, and answers each query once", () => {
    const length = 100_000;
    let steps = 0;
    const queries: Query<Answer>[] = Array.from({ length }, (_, index) => ({
      *answer() {
        steps++;
        const next = queries[index + 1];
        return next === undefined ? new Set([index]) : yield next;
      },
    }));
    const solve = createFixpoint<Answer>(new Set(), union);
    expect(solve(queries[0]!)).toEqual(new Set([length - 1]));
    expect(steps).toBe(length);
  });

  it("goes around a circle twice, however many ways lead through it", () => {
    const size = 40;
    // Each node leads to the next by two ways, and the last back to the first.
    const { queries, steps } = queriesOf(
      Array.from({ length: size }, (_, index) => [(index + 1) % size, (index + 1) % size]),
    );
    const solve = createFixpoint<Answer>(new Set(), union);
    expect(solve(queries[0]!).size).toBe(size);
    expect(steps()).toBeLessThanOrEqual(3 * size);
  });

  it("ends where an answer shrinks as another grows", () => {
    const query: Query<Answer> = {
      *answer() {
        return (yield query).size === 0 ? new Set([1]) : new Set<number>();
      },
    };
    expect(createFixpoint<Answer>(new Set(), union)(query)).toEqual(new Set([1]));
  });
});
