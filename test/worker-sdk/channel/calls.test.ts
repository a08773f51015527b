import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import { type RunningDispatcher, startDispatcher } from "../../../server/src/compose.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { loadServeConfig } from "../../../server/src/settings/config.ts";
import { silent } from "../../support/automation.ts";
import { startGrpc } from "../../support/grpc/grpc-server.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";

describe("A client's calls, while no dispatcher is there,", () => {
  let folder: string;
  let port: number;
  let client: TaskClient;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baton-calls-"));
    port = await freePort();
    client = new TaskClient({ address: `127.0.0.1:${port}` });
  });
  afterEach(async () => {
    await client?.close();
    await rm(folder, { recursive: true });
  });

  const start = (): Promise<RunningDispatcher> => {
    const store = `sqlite:${join(folder, "baton.db")}`;
    const flags = ["--listen", `127.0.0.1:${port}`, "--http-listen", "off", "--store", store];
    return startDispatcher(loadServeConfig(flags, {}), silent);
  };

  it("are made again until one is, where doing twice is doing once", async () => {
    let dispatcher = await start();
    const { taskId } = await client.submit("away", "t", {}, { delayMs: 60_000 });
    const cadence = { everyMs: 3_600_000 };
    const put = () => client.schedules.put("daily", { task: { queue: "q", type: "t" }, cadence });
    await put();
    await dispatcher.stop();
    const unsent = Promise.all([
      client.get(taskId),
      client.explain(taskId),
      client.schedules.get("daily"),
      client.events.publish({ id: "1", source: "/s", type: "T" }),
      put(),
      client.schedules.trigger("daily"),
    ]);
    dispatcher = await start();
    try {
      await unsent;
      let firings = 0;
      for await (const _ of client.schedules.firings("daily")) {
        firings += 1;
      }
      assert.equal(firings, 1);
    } finally {
      await dispatcher.stop();
    }
  });

  it("end with the reason once their time is up", async () => {
    const hurried = new TaskClient({ address: `127.0.0.1:${port}`, timeoutMs: 100 });
    const error = { code: "UNAVAILABLE", message: /ECONNREFUSED/ };
    await assert.rejects(hurried.schedules.pause("daily"), error);
    await hurried.close();
  });

  it("say so where something listens that does not speak gRPC", async () => {
    const page = createServer((_, response) => response.end("a page"));
    await new Promise<void>((resolve) => page.listen(port, "127.0.0.1", resolve));
    const hurried = new TaskClient({ address: `127.0.0.1:${port}`, timeoutMs: 500 });
    try {
      await assert.rejects(hurried.get("q~AAAAAAAAAAAAAAAA"), {
        code: "UNAVAILABLE",
        message: /; what listens there does not speak gRPC, or expects TLS$/,
      });
    } finally {
      await hurried.close();
      page.closeAllConnections();
      page.close();
    }
  });

  it("end at once where the first may have got through and a second would do more", async () => {
    const isRefused = { code: "UNAVAILABLE", message: /ECONNREFUSED/ };
    await assert.rejects(client.redrive("q~AAAAAAAAAAAAAAAA"), isRefused);
  });

  it("end when the client is closed", async () => {
    const waiting = assert.rejects(client.get("q~AAAAAAAAAAAAAAAA"), { code: "CANCELLED" });
    await client.close();
    await waiting;
  });
});

describe("A client's read that finds no room for its answer", () => {
  it("is made again", async () => {
    const dispatcher = new ScriptedDispatcher();
    const grpc = await startGrpc(dispatcher);
    const client = new TaskClient({ address: grpc.address });
    let asked = 0;
    dispatcher.get = async (id) => {
      asked += 1;
      throw asked === 1
        ? new TaskError("ANSWERS_UNREAD", "no room", { retryAfterMs: 5 })
        : new TaskError("TASK_NOT_FOUND", `there is no task ${id}`);
    };
    try {
      const answer = client.get("q~AAAAAAAAAAAAAAAA");
      await answer.catch(() => undefined);
      assert.equal(asked, 2);
    } finally {
      await client.close();
      await grpc.stop();
    }
  });
});
