import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Handler, type Logger, silentLogger } from "@baton/worker-sdk";
import { freePort } from "../../support/grpc/loopback.ts";
import {
  type ScriptedStream,
  ScriptedWorkerService,
} from "../../support/grpc/scripted-worker-service.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { nextTurn } from "../../support/time/next-turn.ts";
import { Workers } from "../../support/workers.ts";

interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Keeps the warnings. */
function listening(): { readonly lines: Line[]; readonly logger: Logger } {
  const lines: Line[] = [];
  const warn = (fields: object, message: string): void =>
    void lines.push({ fields: fields as Line["fields"], message });
  return { lines, logger: { ...silentLogger, warn } };
}

/** Keeps the event loop from turning. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe("A worker's log", () => {
  let workers: Workers;
  afterEach(async () => {
    await workers?.stop();
  });

  it("says in one line without a stack that no dispatcher could be reached", async () => {
    const { lines, logger } = listening();
    const address = `127.0.0.1:${await freePort()}`;
    workers = new Workers(address);
    workers.start({ logger, queues: { email: () => {} } });
    await eventually(() => assert.ok(lines.length > 1));
    for (const { fields, message } of lines) {
      assert.equal(message, "no lease stream could be opened");
      const { error, ...others } = fields;
      assert.deepEqual(others, { address, code: "UNAVAILABLE" });
      assert.match(String(error), /ECONNREFUSED/);
      assert.doesNotMatch(inspect(fields), /\n +at /);
    }
  });

  describe("of handlers that block the event loop", () => {
    const INTERVAL_MS = 200;
    let service: ScriptedWorkerService;
    let stream: ScriptedStream;
    let lines: Line[];
    beforeEach(async () => {
      service = await ScriptedWorkerService.start({ heartbeatIntervalMs: INTERVAL_MS });
      workers = new Workers(service.address);
    });
    afterEach(async () => {
      await service?.stop();
    });

    async function run(email: Handler): Promise<void> {
      const log = listening();
      lines = log.lines;
      workers.start({ logger: log.logger, queues: { email } });
      stream = await service.stream(0);
    }

    function line(text: RegExp): Promise<Line> {
      return eventually(() => {
        const found = lines.find(({ message }) => text.test(message));
        assert.ok(found);
        return found;
      });
    }

    it("names the task that blocked as it began, and says for how long", async () => {
      await run((task) => task.id === "task-1" && block(2 * INTERVAL_MS));
      stream.grant(service.task(), service.task());
      await stream.settled(2);
      const { fields } = await line(/^a handler blocked the event loop/);
      assert.deepEqual(fields.tasks, [{ taskId: "task-1", type: "send" }]);
      assert.ok(Number(fields.blockedMs) >= 2 * INTERVAL_MS);
    });

    it("names those that ran where one blocked later, also where it ended at once", async () => {
      const gate = deferred<void>();
      await run(async ({ id }) => {
        await gate.promise;
        await nextTurn();
        if (id === "task-1") {
          block(2 * INTERVAL_MS);
        }
      });
      stream.grant(service.task());
      gate.resolve();
      await stream.settled(1);
      const { fields } = await line(/^the event loop was blocked while handlers ran/);
      assert.deepEqual(fields.tasks, [{ taskId: "task-1", type: "send" }]);
    });

    it("does not blame the dispatcher where the loop was blocked past the ttl", async () => {
      service.script.leaseTtlMs = 2 * INTERVAL_MS;
      await run(() => block(4 * INTERVAL_MS));
      stream.grant(service.task());
      await line(/^a handler blocked the event loop/);
      await line(/^the event loop was blocked until the leases' ttl ran out$/);
      assert.ok(!lines.some(({ message }) => message.startsWith("no dispatcher answered")));
    });
  });
});
