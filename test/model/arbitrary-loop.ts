import fc from "fast-check";
import { expressions, type ProgramOptions } from "./arbitrary-expression.ts";
import { isFailingStream, type StreamKind, streamKinds } from "./kinds.ts";
import { type Build, building, canAwait, fresh, insideTarget } from "./place.ts";
import type { Body, Head, Statement } from "./program.ts";

/** Loops of every kind; each ends. */
export function loops(
  options: ProgramOptions,
  body: fc.Arbitrary<Build<Body>>,
): fc.Arbitrary<Build<Statement>> {
  const { expression, acquisition } = expressions(options);
  const streams = (Object.keys(streamKinds) as StreamKind[]).filter(
    (kind) => !(options.unfailing && isFailingStream(kind)),
  );
  const forms = ["const", "using", ...(options.sayable ? [] : (["let", "var", "bare"] as const))] as const;
  const heads = fc.oneof(
    building(fc.constantFrom("while" as const, "do" as const), (_, head): Head => ({ head })),
    building(expression, (place, value): Head => ({ head: "of", value: value(place) })),
    {
      arbitrary: building(
        fc.tuple(fc.constantFrom(...streams), expression),
        (place, [stream, value]): Head =>
          canAwait(place)
            ? { head: "stream", stream, value: value(place) }
            : { head: "of", value: value(place) },
      ),
      weight: 2,
    },
    building(fc.tuple(fc.boolean(), acquisition("using")), (place, [isStream, acquire]): Head => ({
      head: "ofUsing",
      isStream: isStream && canAwait(place),
      acquisition: { ...acquire(place), argument: undefined },
    })),
    ...forms.map((head) =>
      building(acquisition(head), (place, acquire): Head => ({ head, acquisition: acquire(place) })),
    ),
  );
  return building(
    fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 }), heads, body),
    (place, [isLabelled, times, buildHead, body]) => {
      const site = fresh(place, "i");
      const head = buildHead(place);
      // TypeScript's own emit of `L: for (using x = …; …; …)` with a `continue L` in it is a syntax error.
      const isMisprinted = options.sayable && (head.head === "const" || head.head === "using");
      const label = isLabelled && !isMisprinted ? fresh(place, "L") : undefined;
      const inside = insideTarget(place, label, "loop");
      if (head.head === "of" || head.head === "stream" || head.head === "let") inside.names.push(site);
      if ("acquisition" in head && head.head !== "bare" && head.head !== "var") {
        inside.names.push(head.acquisition.site);
      }
      return { kind: "loop", site, label, times, body: body(inside), ...head };
    },
  );
}
