import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { FaultProxy } from "../support/grpc/fault-proxy.ts";
import { listenOnLoopback } from "../support/grpc/loopback.ts";
import { eventually } from "../support/time/eventually.ts";

/** Resolves when a socket is closed, with an error or without. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

describe("The fault proxy", () => {
  let echo: Server;
  let peers: Socket[];
  let proxy: FaultProxy;
  let client: Socket;
  let received: string;

  beforeEach(async () => {
    peers = [];
    echo = createServer((socket) => {
      peers.push(socket);
      socket.on("error", () => {});
      socket.pipe(socket);
    });
    proxy = await FaultProxy.open(await listenOnLoopback(echo));
    received = "";
    client = connect(proxy.port, "127.0.0.1");
    client.on("error", () => {});
    client.on("data", (bytes) => {
      received += bytes.toString();
    });
    await once(client, "connect");
    await say("hello");
  });

  afterEach(async () => {
    client?.destroy();
    await proxy?.close();
    if (echo !== undefined) {
      await new Promise((resolve) => echo.close(resolve));
    }
  });

  /** Says something and waits for its echo. */
  async function say(text: string): Promise<void> {
    client.write(text);
    await eventually(() => assert.ok(received.endsWith(text)));
  }

  it("passes bytes on both ways", async () => {
    await say("again");
    assert.equal(received, "helloagain");
  });

  it("keeps each piece back for the latency", async () => {
    proxy.set({ latencyMs: 60 });
    const sentAtMs = performance.now();
    await say("late");
    assert.ok(performance.now() - sentAtMs >= 119);
  });

  it("swallows replies and keeps the connection open", async () => {
    proxy.set({ swallowReplies: true });
    const heard = once(peers[0] as Socket, "data");
    client.write("heard");
    await heard;
    assert.equal(received, "hello");
    assert.equal(client.destroyed, false);
  });

  it("resets connections that lost bytes once it heals", async () => {
    proxy.blackHole();
    client.write("lost");
    proxy.heal();
    await closed(client);
    assert.equal(received, "hello");
  });

  it("lets the server see a reset that the client does not", async () => {
    const serverClosed = closed(peers[0] as Socket);
    proxy.halfOpen();
    await serverClosed;
    assert.equal(client.destroyed, false);
    assert.equal(proxy.connections, 1);
  });

  it("cuts a reply in its middle", async () => {
    proxy.cutAfter(3);
    client.write("abcdef");
    await closed(client);
    assert.equal(received, "helloabc");
  });

  it("refuses new connections", async () => {
    proxy.set({ refuse: true });
    const refused = connect(proxy.port, "127.0.0.1");
    refused.on("error", () => {});
    await closed(refused);
  });

  it("forgets connections that ended", async () => {
    client.end();
    await eventually(() => assert.equal(proxy.connections, 0));
  });
});
