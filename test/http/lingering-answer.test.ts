import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { logInto } from "../support/grpc/grpc-server.ts";
import { eventually } from "../support/time/eventually.ts";
import { ManualClock } from "../support/time/manual-clock.ts";

const MEBIBYTE = 1024 * 1024;
const HEAD = "POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n";

describe("An answer to who still sends", () => {
  const sockets: Socket[] = [];
  let clock: ManualClock;
  let http: HttpServer;
  let port: number;

  beforeEach(async () => {
    clock = new ManualClock();
    http = createHttpServer({
      events: {} as Events,
      log: logInto([]),
      metricsText: async () => "",
      isReady: () => true,
      clock,
    });
    port = await http.listen("127.0.0.1", 0);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
    http?.cut();
    await http?.close();
  });

  async function send(head: string): Promise<{ socket: Socket; text: () => string }> {
    const socket = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    sockets.push(socket);
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.write(head);
    await eventually(() => assert.match(text, /\r\n\r\n\{"error":/));
    return { socket, text: () => text };
  }

  it("reaches a client that writes all of its body first", async function () {
    this.timeout(20_000);
    for (let round = 0; round < 10; round += 1) {
      for (const [headers, status] of [
        [{ "content-type": "application/cloudevents+json" }, 413],
        [{ "content-encoding": "gzip" }, 415],
      ] as const) {
        const response = await fetch(`http://127.0.0.1:${port}/v1/events`, {
          method: "POST",
          headers,
          body: Buffer.alloc(6 * MEBIBYTE),
        });
        assert.equal(response.status, status);
        assert.match(await response.text(), /"message":/);
      }
    }
    // Those of the port itself, whose number does not grow with what was answered.
    await eventually(() => assert.ok(clock.pendingTimers <= 3, `${clock.pendingTimers}`));
  });

  it("comes at once, and ends the connection once the body came", async () => {
    const { socket, text } = await send(`${HEAD}content-length: ${6 * MEBIBYTE}\r\n\r\n`);
    assert.match(text(), /^HTTP\/1.1 413 .*connection: close/is);
    const body = Buffer.alloc(MEBIBYTE);
    for (let part = 0; part < 6; part += 1) {
      await new Promise((resolve) => socket.write(body, resolve));
    }
    await once(socket, "end");
  });

  it("ends the connection of who sends nothing more for 5 s", async () => {
    const { socket } = await send(`${HEAD}content-length: ${6 * MEBIBYTE}\r\n\r\n`);
    const ended = new Promise((resolve) => socket.once("close", resolve));
    clock.advance(5_000);
    await ended;
  });

  it("ends the connection of who sends more than 16 MiB", async () => {
    const { socket } = await send(`${HEAD}content-length: ${64 * MEBIBYTE}\r\n\r\n`);
    const ended = new Promise((resolve) => socket.once("close", resolve));
    let sent = 0;
    const more = (): void => {
      if (socket.writable && sent < 64) {
        sent += 1;
        socket.write(Buffer.alloc(MEBIBYTE), more);
      }
    };
    more();
    await ended;
    assert.ok(sent < 64, `${sent} MiB`);
  });
});
