import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { systemClock } from "@baton/proto/shared";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { MemoryBudget } from "../../server/src/net/memory-budget.ts";
import { logInto } from "../support/grpc/grpc-server.ts";
import { eventually } from "../support/time/eventually.ts";

const MEBIBYTE = 1024 * 1024;

describe("The HTTP port", () => {
  const sockets: Socket[] = [];
  let http: HttpServer;
  let port: number;

  beforeEach(async () => {
    http = createHttpServer({
      events: {} as Events,
      log: logInto([]),
      metricsText: async () => "figures 1\n",
      isReady: () => true,
      allowedHosts: new Set(["baton.example.org"]),
      budget: new MemoryBudget(
        { maxBytes: 16 * MEBIBYTE, maxPeerBytes: 8 * MEBIBYTE },
        systemClock,
      ),
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

  function open(localAddress = "127.0.0.1"): Socket {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    sockets.push(socket);
    return socket.on("error", () => {});
  }

  /** Sends a request by hand and reads what comes until the connection ends. */
  async function ask(head: string, headers: Record<string, string> = {}): Promise<string> {
    const socket = open();
    const lines = Object.entries({ host: `127.0.0.1:${port}`, connection: "close", ...headers });
    socket.write(`${head} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
    await once(socket, "close");
    return text;
  }

  it("answers HEAD as GET, without the body", async () => {
    for (const path of ["/readyz", "/livez", "/metrics"]) {
      const [head, body] = (await ask(`HEAD ${path}`)).split("\r\n\r\n");
      const [, text] = (await ask(`GET ${path}`)).split("\r\n\r\n");
      assert.match(head ?? "", /^HTTP\/1.1 200 /);
      assert.match(head ?? "", new RegExp(`content-length: ${text?.length}\\b`));
      assert.equal(body, "");
    }
  });

  it("is served under its own names and those that are allowed", async () => {
    const served = [
      "localhost",
      "127.0.0.1",
      "127.0.0.2:99",
      "[::1]",
      "baton",
      "BATON.example.org",
      "baton.example.org.",
      "baton.example.org.:99",
    ];
    for (const host of served) {
      assert.match(await ask("GET /livez", { host }), /^HTTP\/1.1 200 /, host);
    }
    for (const host of ["evil.example", "10.1.2.3", "127.0.0.1.evil.example", "[::2]", ""]) {
      assert.match(await ask("GET /livez", { host }), /^HTTP\/1.1 403 /, host);
    }
  });

  it("refuses a request with two Host headers", async () => {
    const host = `127.0.0.1:${port}\r\nhost: localhost`;
    assert.match(await ask("GET /livez", { host }), /^HTTP\/1.1 400 /);
  });

  it("names the host that it refuses, where that is safe to show", async () => {
    const refused = await ask("GET /livez", { host: "Baton.example.net:80" });
    assert.match(
      refused,
      /"the host baton\.example\.net is not served here; see --http-allowed-hosts"/,
    );
    assert.match(
      await ask("GET /livez", { host: "<b>.example" }),
      /"this host is not served here;/,
    );
  });

  it("names its paths", async () => {
    assert.match(
      await ask("GET /"),
      /\r\n\r\nPOST \/v1\/events\nOPTIONS \/v1\/events\nGET \/metrics\nGET \/readyz\n/,
    );
    assert.match(await ask("GET /v1"), /^HTTP\/1.1 404 .*GET \/ names every path/s);
  });

  it("takes nothing from pages of other sites", async () => {
    const foreign = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      assert.match(await ask("POST /v1/events", headers), /^HTTP\/1.1 403 /);
    }
    const own = { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" };
    assert.match(await ask("POST /v1/events", own), /^HTTP\/1.1 415 /);
  });

  it("answers probes while as many connections as may be are slow", async function () {
    this.timeout(20_000);
    for (let n = 0; n < 600; n += 1) {
      open().write("GET / HTTP/1.1\r\n");
    }
    await eventually(() => assert.ok(sockets.filter(({ closed }) => closed).length >= 300));
    assert.match(await ask("GET /readyz"), /^HTTP\/1.1 200 /);
  });

  it("answers probes while every place is taken by connections that are idle", async function () {
    this.timeout(20_000);
    const head = "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for (let n = 0; n < 300; n += 1) {
      open(n % 2 === 0 ? "127.0.0.1" : "127.0.0.2").write(head);
    }
    await eventually(() => {
      assert.equal(http.openConnections, 256);
      assert.ok(sockets.every(({ bytesRead, closed }) => bytesRead > 0 || closed));
    });
    for (const from of ["127.0.0.3", "127.0.0.1"]) {
      const probe = open(from);
      probe.write(head);
      assert.match(String((await once(probe, "data"))[0]), /^HTTP\/1.1 200 /);
      assert.equal(http.openConnections, 256);
    }
  });

  it("reads no more large bodies at a time than there is room for", async () => {
    const head = `POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/cloudevents+json\r\n`;
    const chunk = Buffer.concat([
      Buffer.from("100000\r\n"),
      Buffer.alloc(MEBIBYTE),
      Buffer.from("\r\n"),
    ]);
    const senders = Array.from({ length: 4 }, () => open());
    for (const socket of senders) {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    }
    const [first, ...others] = senders as [Socket, ...Socket[]];
    for (let n = 0; n < 16; n += 1) {
      for (const socket of n < 3 ? senders : others) {
        socket.write(chunk);
      }
    }
    await eventually(() => assert.equal(first.writableLength, 0));
    assert.ok(others.some(({ writableLength }) => writableLength > 0));
    first.write(chunk);
    first.write(chunk);
    const [answer] = await once(first, "data");
    assert.match(String(answer), /^HTTP\/1.1 413 /);
  });
});
