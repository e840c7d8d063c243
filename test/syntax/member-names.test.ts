import { describe, expect, it } from "vitest";
import { isCancelling, isListening, isTimer } from "../../transformer/syntax/callback-names.ts";
import {
  isAdding,
  isEnd,
  isLockName,
  isMove,
  isTakingOut,
  mayLetGo,
  mentionsEnd,
  wordsOf,
} from "../../transformer/syntax/member-names.ts";

describe("the words of a name", () => {
  it.each([
    ["close", "close"],
    ["closeAll", "close all"],
    ["isClosed", "is closed"],
    ["CloseHandle", "close handle"],
    ["close_all", "close all"],
    ["CLOSE_ALL", "close all"],
    ["closeHTTPServer2", "close http server 2"],
    ["parseURL", "parse url"],
    ["#close", "close"],
    ["$close$", "close"],
    ["überEnde", "über ende"],
    ["", ""],
  ])("%s: %s", (name, words) => expect(wordsOf(name).join(" ")).toBe(words));
});

/** What each name is: "end" ends its object, "about" has to do with an end, "lets go" may end it or give it away. */
const table: Readonly<Record<"end" | "about" | "lets go" | "nothing", string>> = {
  end: "close end destroy dispose disconnect terminate release stop abort cancel kill quit exit finish closed done finished closeAsync closeAll endNow shutdown shutDown teardown tearDown close_sync Close",
  about:
    "isClosed closeCursor closeWindow isDone endedAt hasEnded stopWatch resetMocks restoreAllMocks clear freeMemory cancelJob beforeClose releaseLock",
  "lets go": "remove removeChild pipe pipeTo move moveTo detach unref drain unsubscribe",
  nothing:
    "send sendMessage append appendChild render rendered depend dependsOn pending attend weekend vendor endpoint endsWith blender closest closet disclose determine terminal term freeze unfreeze stopover presto preset movement removal pipeline exist exiting quite skill skilled cancellation abortive undone condone donee finishes asyncIterator read write query use then toString",
};

describe("what a name says of an end", () => {
  const names = Object.entries(table).flatMap(([kind, list]) =>
    list.split(" ").map((name) => [name, kind] as const),
  );
  it.each(names)("%s: %s", (name, kind) => {
    const found = isEnd(name) ? "end" : mentionsEnd(name) ? "about" : mayLetGo(name) ? "lets go" : "nothing";
    expect(found).toBe(kind);
  });

  it("an end is about an end, and lets go", () => {
    for (const [name] of names) {
      if (isEnd(name)) expect(mentionsEnd(name), name).toBe(true);
      if (mentionsEnd(name)) expect(mayLetGo(name), name).toBe(true);
    }
  });
});

describe("other names are taken as they stand", () => {
  it.each([
    [isMove, "move popAll detach take", "moveTo remove takeScreenshot intake"],
    [isListening, "on once addEventListener subscribe", "only onClose button unsubscribe"],
    [isTimer, "setTimeout process.nextTick window.setInterval", "resetTimeout setTimeoutSafely nextTick"],
    [isCancelling, "clearTimeout off abort", "offset abortSignal clear"],
    [isAdding, "push unshift add", "pushState address set"],
    [isTakingOut, "delete pop remove", "popover removed undelete"],
  ])("%o", (is, names, others) => {
    for (const name of names.split(" ")) expect(is(name), name).toBe(true);
    for (const name of others.split(" ")) expect(is(name), name).toBe(false);
  });

  it("locks are neither clocks nor blocks", () => {
    for (const name of "lock locked openLock rowLock LOCK TABLE_LOCK Mutex rwMutex Semaphore asyncSemaphore".split(
      " ",
    ))
      expect(isLockName(name), name).toBe(true);
    for (const name of "clock block blocked unlock deadline flock Clock padlock".split(" "))
      expect(isLockName(name), name).toBe(false);
  });
});
