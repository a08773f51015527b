import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GrpcClient } from "../support/grpc/grpc-client.ts";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { eventually } from "../support/time/eventually.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "server/src/main.ts");
const HELLO = {
  hello: { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] },
};

describe("A dispatcher that is told to stop", () => {
  let folder: string;
  const children: Child[] = [];
  const clients: GrpcClient[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "baton-stopping-"));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) {
      client.close();
    }
    await Promise.all(children.splice(0).map((child) => child.kill()));
    rmSync(folder, { recursive: true });
  });

  function start(drainTimeout: string, env: Readonly<Record<string, string>> = {}): Child {
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    const store = ["--store", `sqlite:${join(folder, "baton.db")}`];
    const child = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, "serve", ...listen, ...store, "--drain-timeout", drainTimeout],
      env,
    });
    children.push(child);
    return child;
  }

  /** Connects a worker that does not move when it is told to. */
  async function stubbornWorker(child: Child) {
    const [, address = ""] = await child.line(/^ready (\S+)$/);
    const client = new GrpcClient(address);
    clients.push(client);
    const worker = client.lease();
    worker.send(HELLO);
    assert.equal((await worker.next()).frame, "welcome");
    return worker;
  }

  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it(`drains after ${name}`, async () => {
      const child = start("300ms");
      await stubbornWorker(child);
      child.signal(name);
      await child.line(new RegExp(`^stopping after ${name}`));
      await child.line(/^stopped$/);
      assert.deepEqual(await child.ends(), { code: 0, signal: null });
    }).timeout(30_000);
  }

  it("drains where Ctrl-C arrives twice, and ends at once after one that comes later", async () => {
    const child = start("60s");
    await stubbornWorker(child);
    child.signal("SIGINT");
    child.signal("SIGINT");
    await child.line(/^stopping after SIGINT/);
    child.signal("SIGINT");
    const firstAtMs = performance.now();
    await eventually(() => assert.ok(performance.now() - firstAtMs > 2_200), { withinMs: 5_000 });
    assert.equal(child.isRunning, true);
    child.signal("SIGINT");
    assert.deepEqual(await child.ends(), { code: 1, signal: null });
  }).timeout(30_000);

  it("drains after Ctrl-C where npm started it with bash", async () => {
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off"];
    const store = ["--store", `sqlite:${join(folder, "baton.db")}`, "--drain-timeout", "500ms"];
    const child = new Child({
      command: "npm",
      args: ["start", "--script-shell=bash", "--", ...listen, ...store],
      cwd: ROOT,
      isDetached: true,
    });
    children.push(child);
    await stubbornWorker(child);
    // As a terminal does: to every process of the group.
    child.signal("SIGINT");
    await child.line(/^stopping after SIGINT/);
    await child.line(/^stopped$/);
    await child.ends();
  }).timeout(60_000);

  it("is not kept by a slow request, nor by idle connections", async () => {
    const child = start("0s");
    const [, http = ""] = await child.line(/^http {2}(\S+)$/);
    await child.line(/^ready /);
    const port = Number(http.split(":").at(-1));
    const sockets = [slowPost(port), idle(port)];
    await Promise.all(sockets.map(({ open }) => open));
    child.signal("SIGTERM");
    const startedAtMs = performance.now();
    assert.equal((await child.ends()).code, 0);
    const tookMs = performance.now() - startedAtMs;
    assert.ok(tookMs < 9_000, `${tookMs} ms`);
    for (const { close } of sockets) {
      close();
    }
  }).timeout(30_000);

  it("tells its workers to move first, while a slow request is waited for", async () => {
    const child = start("20s");
    const [, http = ""] = await child.line(/^http {2}(\S+)$/);
    const post = slowPost(Number(http.split(":").at(-1)));
    await post.open;
    const worker = await stubbornWorker(child);
    child.signal("SIGTERM");
    await worker.nextThat(({ frame }) => frame === "drain");
    assert.equal(post.isOpen(), true);
    post.close();
    worker.cancel();
    assert.equal((await child.ends()).code, 0);
  }).timeout(30_000);

  it("is not kept by a trace collector that does not answer", async () => {
    const collector = await silentCollector();
    try {
      const { port } = collector.server.address() as AddressInfo;
      const child = start("0s", {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_BSP_SCHEDULE_DELAY: "50",
      });
      const [, address = ""] = await child.line(/^ready (\S+)$/);
      const client = new GrpcClient(address);
      clients.push(client);
      const worker = client.lease();
      worker.send(HELLO);
      worker.send({ credit: { tasks: 1 } });
      const task = { queue: "email", type: "send", payload: Buffer.from("{}") };
      await client.task("Submit", { task });
      await worker.nextThat(({ frame }) => frame === "grant");
      await eventually(() => assert.ok(collector.requests() > 0), { withinMs: 10_000 });
      child.signal("SIGTERM");
      const startedAtMs = performance.now();
      assert.equal((await child.ends()).code, 0);
      const tookMs = performance.now() - startedAtMs;
      assert.ok(tookMs < 9_000, `${tookMs} ms`);
    } finally {
      collector.server.closeAllConnections();
      collector.server.close();
    }
  }).timeout(40_000);
});

interface Talk {
  /** Resolves once everything was sent. */
  readonly open: Promise<void>;
  /** Whether the other side keeps the connection. */
  isOpen(): boolean;
  close(): void;
}

/** A request of which the body does not come. */
function slowPost(port: number): Talk {
  const head = "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  const type = "Content-Type: application/cloudevents+json\r\nContent-Length: 1000\r\n";
  return talk(port, `${head}${type}\r\n{"id":`);
}

function idle(port: number): Talk {
  return talk(port, "");
}

function talk(port: number, text: string): Talk {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => {});
  const open = new Promise<void>((resolve) => {
    socket.on("connect", () => socket.write(text, () => resolve()));
  });
  return { open, isOpen: () => !socket.closed, close: () => socket.destroy() };
}

async function silentCollector(): Promise<{ server: Server; requests: () => number }> {
  let requests = 0;
  const server = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, requests: () => requests };
}
