import { describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { findMisprint } from "../harness/meant-tree.ts";
import { sample } from "../harness/sample.ts";

// A bare `in` in the head of a `for` makes it a `for … in`. The parentheses of a call protect one, and are not emitted.
const operands = [
  '"k" in o',
  '"k" in o ? a : b',
  'a && "k" in o',
  "#p in o",
  '[0]["k" in o ? 0 : 1]',
  "((x) => x in o)(a)",
  '"k" in o as any',
  '("k" in o)!',
];
const acquisitions = [
  "raii(IN)",
  "await raii(IN)",
  "raii(raii(IN))",
  "raii(IN).use()",
  "raii?.(IN).use()",
  "[raii(IN)]",
];
const heads = [
  "var x = A, i = 0",
  "let x = A",
  "const i = 0, x = A",
  "const { x } = A",
  "const f = () => A",
  "x = A",
  "i = 0, x = A",
  "A",
];

describe.each(lowerings)("`in` in the head of a for, %s lowering", (lowering) => {
  it.each(heads)("for (%s; …; …)", (head) => {
    for (const [index, acquisition] of acquisitions.entries()) {
      for (const operand of sample(operands, 4, index % 4)) {
        const initializer = head.replace("A", acquisition.replace("IN", operand));
        const annotated = head.includes("=>")
          ? initializer.replace("() =>", "/** @raii */ async () =>")
          : initializer;
        const source = `import { raii } from "ts-raii";
class Test {
  #p;
  async run(o, a, b, x, i) {
    "use raii";
    raii(null);
    for (${annotated}; i < 1; i++) log(x);
  }
}
`;
        expect(findMisprint(source, { lowering }), source).toBeUndefined();
      }
    }
  });

  it.each(["using x = (IN) ? a : b", "await using x = f(IN), y = a"])("for (%s; …; …)", (head) => {
    for (const operand of operands.slice(0, 4)) {
      const source = `import { raii } from "ts-raii";
class Test {
  #p;
  async run(o, a, b) {
    "use raii";
    raii(null);
    for (${head.replace("IN", operand)}; ; ) log(x);
  }
}
`;
      expect(findMisprint(source, { lowering }), source).toBeUndefined();
    }
  });
});
