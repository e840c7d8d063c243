import { createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { createServer as createSecureServer, type TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { socket } from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { cert, key } from "./certificate.ts";
import { host } from "./connection.ts";
import { serving } from "./serving.ts";
import { leavesNothing, use, waitFor } from "./use.ts";

describe("socket() over TLS", () => {
  const secure = (): Server => createSecureServer({ key, cert });

  it("is secure when it is acquired, and ended when the scope succeeds", () =>
    leavesNothing(() =>
      serving(
        secure(),
        async (port, connections) => {
          const received: Promise<string>[] = [];
          await use(
            socket({ host: "localhost", port, tls: { ca: cert }, family: 4 }),
            async (handle: TLSSocket) => {
              expect(handle.authorized).toBe(true);
              await waitFor(() => connections.length > 0);
              received.push(text(connections[0]!));
              handle.write("x".repeat(1e6));
            },
          );
          expect((await received[0])!.length).toBe(1e6);
        },
        "secureConnection",
      ),
    ));

  it("property 4: a certificate that is not trusted fails the acquisition", () =>
    leavesNothing(() =>
      serving(
        secure(),
        async (port) => {
          const { error } = await rejectedBy(
            use(socket({ host, port, tls: true }), () => expect.fail("connected")),
          );
          expect(error).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
        },
        "secureConnection",
      ),
    ));

  it("property 4: an other side that closes before it is secure fails the acquisition", () =>
    leavesNothing(() =>
      serving(
        createServer((each) => void each.end()),
        async (port) => {
          const { error } = await rejectedBy(
            use(socket({ host, port, tls: true }), () => expect.fail("connected")),
          );
          expect(error).toMatchObject({ code: "ECONNRESET" });
        },
      ),
    ));

  it("property 32: an other side that never answers is given up", () =>
    leavesNothing(() =>
      serving(createServer(), async (port) => {
        const { error } = await rejectedBy(
          use(socket({ host, port, tls: true, connectTimeout: 20 }), () => expect.fail("connected")),
        );
        expect(error).toMatchObject({ code: "ETIMEDOUT" });
      }),
    ));
});
