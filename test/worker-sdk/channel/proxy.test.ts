import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { proxyOptions } from "@baton/proto";
import { BatonError, silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { checkHealth } from "../../../server/src/health.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { freePort, listenOnLoopback } from "../../support/grpc/loopback.ts";

const VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy", "no_proxy", "no_grpc_proxy"];

describe("With a proxy in the environment", () => {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const clients: TaskClient[] = [];
  let dispatcher: DispatcherUnderTest;
  let deadProxy: string;

  beforeEach(async () => {
    dispatcher = await startTestDispatcher();
    deadProxy = `http://me:secret@127.0.0.1:${await freePort()}`;
    for (const name of VARIABLES) delete process.env[name];
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await dispatcher?.stop();
  });

  function clientOf(address: string, timeoutMs = 5_000): TaskClient {
    const client = new TaskClient({ address, timeoutMs });
    clients.push(client);
    return client;
  }

  for (const host of ["127.0.0.1", "localhost", "ipv4:127.0.0.1", "dns:///localhost"]) {
    it(`clients, workers and health checks reach ${host} without it`, async () => {
      process.env.http_proxy = deadProxy;
      const address = `${host}:${dispatcher.port}`;
      const client = clientOf(address);
      const worker = new Worker({
        address,
        logger: silentLogger,
        queues: { q: { types: { t: () => 7 } } },
      });
      void worker.run();
      try {
        const { taskId } = await client.submit("q", "t", {});
        assert.equal(await client.await(taskId), 7);
      } finally {
        await worker.stop();
      }
      assert.match((await checkHealth(address, Date.now())).line, /SERVING$/);
    });
  }

  it("other addresses are reached through it", async () => {
    const asked: string[] = [];
    const proxy = await startProxy(dispatcher.port, (target) => asked.push(target));
    try {
      process.env.http_proxy = `http://127.0.0.1:${proxy.port}`;
      await clientOf("baton.example:7233").submit("q", "t", {});
      assert.ok(asked.includes("baton.example:7233"), `asked for ${asked}`);
    } finally {
      proxy.stop();
    }
  });

  it("what fails through it says which variable names it, and shows nothing of it", async () => {
    process.env.https_proxy = deadProxy;
    await assert.rejects(clientOf("baton.example:7233", 1_500).submit("q", "t", {}), (error) => {
      assert.ok(error instanceof BatonError);
      assert.match(error.message, /\(a proxy is used: https_proxy\)/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    const { exitCode, line } = await checkHealth("baton.example:7233", Date.now());
    assert.equal(exitCode, 1);
    assert.match(line, /cannot be reached: .*\(a proxy is used: https_proxy\)$/);
  });

  it("loopback is told from other addresses", () => {
    const environment = { grpc_proxy: "http://proxy" };
    const isDirect = (address: string): boolean =>
      "grpc.enable_http_proxy" in proxyOptions(address, environment);
    for (const address of [
      "localhost:1",
      "LOCALHOST",
      "a.localhost:1",
      "localhost.:1",
      "127.1.2.3:1",
      "[::1]:1",
      "::1",
      "ipv6:[::1]:1,[::1]:2",
      "ipv4:127.0.0.1:1,127.0.0.2:2",
      "dns://8.8.8.8/localhost:1",
    ]) {
      assert.ok(isDirect(address), address);
    }
    for (const address of [
      "notlocalhost:1",
      "localhost.example:1",
      "127.example:1",
      "10.0.0.1:1",
      "[fe80::1]:1",
      "ipv4:127.0.0.1:1,10.0.0.1:1",
    ]) {
      assert.ok(!isDirect(address), address);
    }
  });
});

/** An HTTP proxy whose every tunnel ends at one port of loopback. */
async function startProxy(
  port: number,
  onAsked: (target: string) => void,
): Promise<{ port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer();
  server.on("connect", (request, socket: Socket) => {
    onAsked(request.url ?? "");
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on("error", () => undefined);
    }
  });
  const bound = await listenOnLoopback(server);
  return {
    port: bound,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
