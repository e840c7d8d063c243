// What one call costs against the number of resources it acquires, for every variant.

/** The numbers of resources. Above 16 inline code is no longer unrolled. */
export const counts = [1, 2, 3, 4, 6, 8, 12, 16, 24];

/** A function that acquires `count` resources, as a case is written (see cases/three.ts). */
export function sourceOf(count) {
  const each = (text) => Array.from({ length: count }, (_, i) => text(i));
  return `import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function acquire_0(locks: Lock[]): number {
  "use raii";
  ${each((i) => `const r${i} = raii(locks[${i % 8}]!);`).join("\n  ")}
  return ${each((i) => `r${i}.id`).join(" + ")};
}

export const call_0 = (locks: Lock[]): number => acquire_0(locks);
`;
}
