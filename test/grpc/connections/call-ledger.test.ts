import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { loadBaton } from "@baton/proto";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import { MemoryBudget } from "../../../server/src/net/memory-budget.ts";
import { grpcHeaders, grpcMessage, workerFrame } from "../../crash/support/load/hostile-clients.ts";
import { failureOf } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { newSpec, storedTask } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { nextTurn } from "../../support/time/next-turn.ts";

const { TaskService } = loadBaton().baton.v1;
const MEBIBYTE = 1024 * 1024;
const TASKS = "/baton.v1.TaskService";
const LIST = TaskService.service.List.requestSerialize({ queue: "q" });
const TRANSFER_TIMEOUT_MS = 60_000;

describe("What a connection makes a dispatcher hold", () => {
  let clock: ManualClock;
  let budget: MemoryBudget;
  let dispatcher: ScriptedDispatcher;
  let grpc: GrpcUnderTest;
  let session: ClientHttp2Session;

  beforeEach(async () => {
    clock = new ManualClock();
    budget = new MemoryBudget({ maxBytes: 32 * MEBIBYTE, maxPeerBytes: 16 * MEBIBYTE }, clock);
    dispatcher = new ScriptedDispatcher();
    grpc = await startGrpc(dispatcher, { clock, budget });
    session = connect(`http://${grpc.address}`, { maxSessionMemory: 1_000 });
    session.on("error", () => {});
    await once(session, "remoteSettings");
  });

  afterEach(async () => {
    session?.destroy();
    await grpc?.stop();
  });

  function call(method: string, over = session): ClientHttp2Stream {
    const stream = over.request(grpcHeaders(`${TASKS}/${method}`));
    stream.on("error", () => {});
    return stream.resume();
  }

  /** Opens a connection that lets no answer come. */
  function deafSession(): ClientHttp2Session {
    const deaf = connect(`http://${grpc.address}`, { settings: { initialWindowSize: 0 } });
    return deaf.on("error", () => {});
  }

  /** Waits until what is held is about so much. */
  async function holds(fromMiB: number, toMiB: number): Promise<void> {
    await eventually(() => {
      budget.check();
      const heldMiB = budget.heldBytes / MEBIBYTE;
      assert.ok(heldMiB >= fromMiB && heldMiB < toMiB, `${heldMiB} MiB are held`);
    });
  }

  /** Sends a message but for its last byte. */
  function sendHalf(bytes: number): ClientHttp2Stream {
    const stream = call("SubmitStream");
    const message = grpcMessage(Buffer.alloc(bytes));
    stream.write(message.subarray(0, message.length - 1));
    return stream;
  }

  it("counts a message that came in part, until it is there or given up", async () => {
    const stream = sendHalf(2 * MEBIBYTE);
    await holds(2, 3);
    stream.close();
    await holds(0, 0.2);
  });

  it("counts the frames that a message came in", async () => {
    const stream = call("SubmitStream");
    stream.write(Buffer.from([0, 0, 0x30, 0, 0]));
    for (let n = 0; n < 2_000; n += 1) {
      await new Promise((resolve) => stream.write(Buffer.alloc(1), resolve));
    }
    await holds(0.9, 3);
  });

  it("counts calls that say nothing", async () => {
    call("AwaitStream").write(grpcMessage(Buffer.alloc(0)));
    await once(session, "remoteSettings");
    for (let n = 0; n < 200; n += 1) {
      call("AwaitStream");
    }
    await holds(2, 4);
  });

  it("lets large messages of one address wait for each other, and all arrive", async () => {
    const streams = Array.from({ length: 8 }, () => sendHalf(4 * MEBIBYTE - 8));
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs) {
      budget.check();
      await nextTurn();
    }
    await holds(6, 16);
    assert.equal(session.closed, false);
    for (const stream of streams) {
      stream.end(Buffer.alloc(1));
    }
    await eventually(() => {
      budget.check();
      assert.equal(
        streams.every(({ closed }) => closed),
        true,
      );
    });
    await holds(0, 0.5);
    assert.equal(session.closed, false);
  });

  it("cuts the connection that holds most once an address holds too much", async () => {
    const small = connect(`http://${grpc.address}`);
    await once(small, "remoteSettings");
    small.on("error", () => {});
    const streams = Array.from({ length: 5 }, () => sendHalf(4 * MEBIBYTE - 8));
    // What is flushed was read, but for a window.
    await eventually(() => assert.ok(streams.every(({ writableLength }) => writableLength === 0)));
    budget.check();
    await eventually(() => assert.equal(session.closed, true));
    assert.equal(small.closed, false);
    small.close();
    const [line] = grpc.log;
    assert.equal(line?.message, "connections were refused or cut");
    assert.deepEqual(line?.fields, {
      port: "gRPC",
      last_peer: "127.0.0.1",
      reasons: { memory: 1 },
    });
  });

  it("cuts idle connections, not those at work, once an address only has too many", async () => {
    const idle = Array.from({ length: 540 }, () => connect(`http://${grpc.address}`));
    try {
      for (const one of idle) {
        one.on("error", () => {});
      }
      await Promise.all(idle.map((one) => once(one, "remoteSettings")));
      const stream = call("AwaitStream");
      await eventually(() => {
        budget.check();
        assert.ok(idle.filter((one) => one.closed).length >= 28, "the idle ones are cut");
      });
      assert.ok(!stream.closed && !session.closed, "the one that is at work goes on");
    } finally {
      for (const one of idle) {
        one.destroy();
      }
    }
  });

  it("begins large answers for an address only while there is room for them", async () => {
    let lists = 0;
    dispatcher.list = async () => {
      lists += 1;
      return { tasks: [], next: null };
    };
    const deaf = deafSession();
    const streams = Array.from({ length: 5 }, () => call("List", deaf).end(grpcMessage(LIST)));
    await eventually(() => assert.equal(lists, 2));
    streams[0]?.close();
    await eventually(() => assert.equal(lists, 3));
    streams[4]?.close();
    streams[1]?.close();
    streams[2]?.close();
    await eventually(() => assert.equal(lists, 4));
  });

  it("begins reads of tasks as if each were large, and goes on by what they were", async () => {
    const reads: (() => void)[] = [];
    const id = "email~0123456789abcdef" as TaskId;
    const large = storedTask({ id, spec: newSpec({ payload: Buffer.alloc(MEBIBYTE / 4) }) });
    dispatcher.get = () => new Promise((resolve) => reads.push(() => resolve(large)));
    const deaf = deafSession();
    const request = TaskService.service.Get.requestSerialize({ taskId: id, includePayload: true });
    for (let n = 0; n < 20; n += 1) {
      call("Get", deaf).end(grpcMessage(request));
    }
    // Half of what an address may have, at two mebibytes each.
    await eventually(() => assert.equal(reads.length, 4));
    reads[0]?.();
    reads[1]?.();
    await eventually(() => assert.equal(reads.length, 5));
    // Two answers and three reads are all that fits.
    await failureOf(grpc.client.task("Explain", { taskId: id }));
    assert.equal(reads.length, 5);
    for (const finish of reads) {
      finish();
    }
    deaf.destroy();
  });

  it("opens sessions that keep much of their Hello only while there is room for them", async () => {
    const types = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(100, "x"));
    const subscriptions = Array.from({ length: 64 }, (_, n) => ({ queue: `q${n}`, types }));
    const open = (wanted: object): ClientHttp2Stream => {
      const stream = session.request(grpcHeaders("/baton.v1.WorkerService/Lease"));
      stream.on("error", () => {}).resume();
      stream.write(workerFrame({ hello: { protocolVersion: 1, workerId: "w", ...wanted } }));
      return stream;
    };
    const large = Array.from({ length: 20 }, () => open({ subscriptions }));
    // Somewhat more than a mebibyte each, and half of what an address may have.
    await eventually(() => assert.equal(dispatcher.sessions.length, 7));
    open({ subscriptions: [{ queue: "q" }] });
    await eventually(() => assert.equal(dispatcher.sessions.length, 8));
    for (const stream of large.slice(0, 2)) {
      stream.close();
    }
    await eventually(() => assert.equal(dispatcher.sessions.length, 10));
  });

  it("says to large answers that never had room that nothing was done, and when to ask again", async () => {
    let lists = 0;
    dispatcher.list = async () => {
      lists += 1;
      return { tasks: [], next: null };
    };
    const deaf = deafSession();
    const streams = Array.from({ length: 3 }, () => call("List", deaf).end(grpcMessage(LIST)));
    await eventually(() => assert.equal(lists, 2));
    const late = failureOf(grpc.client.task("List", { queue: "q" }));
    // Another call that was sent after it is answered: it waits.
    await failureOf(grpc.client.task("Explain", { taskId: "email~0123456789abcdef" }));
    clock.advance(10_000);
    const { code, reason, retryDelayMs } = await late;
    assert.deepEqual([code, reason, retryDelayMs], ["RESOURCE_EXHAUSTED", "ANSWERS_UNREAD", 1_000]);
    assert.equal(lists, 2);
    streams[0]?.close();
    await nextTurn();
    assert.equal(lists, 2);
  });

  it("ends requests that do not arrive and answers that are not read", async () => {
    const arriving = call("Get");
    dispatcher.list = async () => ({ tasks: [], next: null });
    const unread = call("List", deafSession()).end(grpcMessage(LIST));
    const half = sendHalf(100);
    const idle = call("AwaitStream");
    await Promise.all([once(unread, "response"), once(half, "response"), once(idle, "response")]);
    await holds(0, 1);
    clock.advance(TRANSFER_TIMEOUT_MS + 2_000);
    const ended = [arriving, unread, half];
    await eventually(() => assert.ok(ended.every(({ closed }) => closed)));
    assert.equal(arriving.rstCode, 0xb);
    assert.equal(idle.closed, false);
  });
});
