import { createServer, type Server, type Socket } from "node:net";
import { freePort, listenOnLoopback } from "../../support/grpc/loopback.ts";
import { Cluster } from "../support/cluster.ts";
import { Load } from "../support/load/load.ts";
import { assertKeptPromises } from "../support/verdict-of.ts";

describe("A dispatcher whose trace collector", function () {
  this.timeout(60_000);
  let silent: Server;
  const sockets = new Set<Socket>();

  beforeEach(() => {
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
    });
  });

  afterEach(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    silent?.close();
  });

  /** Works off tasks with traces on their way to a port; ends by itself in time, or the checker says. */
  async function assertUnharmed(port: number): Promise<void> {
    const cluster = await Cluster.start({
      store: "sqlite:%folder%/baton.db",
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    try {
      const load = new Load(cluster);
      await cluster.startRole("worker", "worker");
      await load.completed(await load.submit(100));
      load.close();
      await assertKeptPromises(cluster);
    } finally {
      await cluster.destroy();
    }
  }

  it("is not there works on, and stops in time", async () => {
    await assertUnharmed(await freePort());
  });

  it("never answers works on, and stops in time", async () => {
    await assertUnharmed(await listenOnLoopback(silent));
  });
});
