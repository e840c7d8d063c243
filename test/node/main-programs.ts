import { afterAll } from "vitest";
import { Programs, type RunningProgram } from "./program.ts";

const head = `
  import { raii, resource } from "ts-raii";
  import { main, signals } from "ts-raii/node";
  import { once } from "node:events";
  import { setTimeout as delay } from "node:timers/promises";
  const log = (line: string) => console.log(line);
  const noted = (name: string, release = async () => {}) => resource(
    () => log("+" + name),
    async (_, exit) => { log("-" + name + " " + exit.kind); await release(); log(name + " released"); },
    name,
  );
`;

/** Runs the programs of the tests of `main()`, which have `noted` resources and `log`. They end with the tests of the file. */
export function mainPrograms(): {
  run(source: string): Promise<Awaited<RunningProgram["ended"]>>;
  start(source: string): Promise<RunningProgram>;
} {
  const programs = new Programs();
  afterAll(() => programs[Symbol.dispose]());
  return {
    run: (source) => programs.run(head + source),
    start: async (source) => programs.start(await programs.compile(head + source)),
  };
}
