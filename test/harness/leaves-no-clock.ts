import { beforeAll, expect } from "vitest";

// Test files share a process. If one leaves fake timers behind, another one waits for ever.
beforeAll(() => {
  expect("clock" in setTimeout, "a test file before this one has left its fake timers").toBe(false);
});
