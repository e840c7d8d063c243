import { beforeAll, expect } from "vitest";

// Files share a process: one that leaves its clock behind would be seen as another one that waits for ever.
beforeAll(() => {
  expect("clock" in setTimeout, "a test file before this one has left its fake timers").toBe(false);
});
