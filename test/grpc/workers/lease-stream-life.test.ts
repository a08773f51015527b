import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { GrpcClient, type ServerFrame, type WorkerFrame } from "../../support/grpc/grpc-client.ts";
import { ScriptedSession } from "../../support/grpc/scripted-dispatcher.ts";
import { eventually } from "../../support/time/eventually.ts";
import {
  closedOnce,
  DOMAIN_LEASE,
  DONE,
  HELLO,
  leasedTask,
  opened,
  type ScriptedGrpc,
  startScriptedGrpc,
} from "./lease-stream-fixture.ts";

describe("A lease stream's life", () => {
  let scripted: ScriptedGrpc;
  let dispatcher: ScriptedGrpc["dispatcher"];
  let clock: ScriptedGrpc["clock"];
  let grpc: ScriptedGrpc["grpc"];

  beforeEach(async () => {
    scripted = await startScriptedGrpc();
    ({ dispatcher, clock, grpc } = scripted);
  });

  afterEach(() => grpc?.stop());

  // grpc-js buffers without bounds for a client that has read nothing yet, so this one reads once.
  async function stalled(): Promise<ClientDuplexStream<WorkerFrame, ServerFrame>> {
    const call = grpc.client.duplex("WorkerService", "Lease");
    call.on("error", () => undefined);
    call.write(HELLO);
    await once(call, "data");
    call.pause();
    return call;
  }

  it("keeps the order of frames that come while the session opens", async () => {
    const gate = Promise.withResolvers<void>();
    dispatcher.openSession = async (hello, link) => {
      await gate.promise;
      const session = new ScriptedSession(hello, link);
      dispatcher.sessions.push(session);
      return session;
    };
    const stream = grpc.client.lease();
    stream.send(HELLO);
    stream.send({ credit: { tasks: 1 } });
    stream.send({ heartbeat: {} });
    stream.send({ credit: { tasks: 2 } });
    stream.send({ drain: {} });
    gate.resolve();
    await eventually(() =>
      assert.deepEqual(dispatcher.session.kinds, ["credit", "heartbeat", "credit", "drain"]),
    );
    stream.cancel();
  });

  it("tells a session once where the worker is gone before it was open", async () => {
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    dispatcher.openSession = async (hello, link) => {
      asked.resolve();
      await gate.promise;
      const session = new ScriptedSession(hello, link);
      dispatcher.sessions.push(session);
      return session;
    };
    const stream = grpc.client.lease();
    stream.send(HELLO);
    await asked.promise;
    stream.cancel();
    await stream.ended;
    // Nothing else tells that the server knows: its timers are gone when it does.
    await eventually(() => assert.equal(clock.pendingTimers, scripted.ownTimers));
    gate.resolve();
    await closedOnce(scripted);
  });

  it("tells the session once where the worker cancels", async () => {
    const stream = await opened(scripted);
    stream.cancel();
    await closedOnce(scripted);
  });

  it("tells the session once where the connection is lost", async () => {
    const proxy = await FaultProxy.open(Number(grpc.address.split(":")[1]));
    const client = new GrpcClient(proxy.address);
    const stream = client.lease();
    stream.send(HELLO);
    await stream.next();
    await proxy.close();
    await closedOnce(scripted);
    client.close();
  });

  it("ends with OK where the worker half-closes, once its settlements are answered", async () => {
    const stream = await opened(scripted);
    stream.send({ drain: {} });
    stream.send({ settle: { settlements: [DONE] } });
    stream.halfClose();
    await eventually(() => assert.deepEqual(dispatcher.session.kinds, ["drain", "settle"]));
    dispatcher.session.link.send({
      kind: "settle_ack",
      results: [{ lease: DOMAIN_LEASE, status: "OK", reason: "" }],
    });
    assert.equal((await stream.next()).frame, "settleAck");
    assert.equal((await stream.ended).code, "OK");
    await closedOnce(scripted);
  });

  it("waits for a half-closed worker's answers no longer than it must", async () => {
    const stream = await opened(scripted);
    stream.send({ settle: { settlements: [DONE] } });
    stream.halfClose();
    // Beside what it waits for, the age of its connection.
    await eventually(() => assert.equal(clock.pendingTimers, scripted.ownTimers + 2));
    clock.advance(5_000);
    assert.equal((await stream.ended).code, "OK");
    await closedOnce(scripted);
  });

  it("ends with OK, or with an error, where the dispatcher ends it", async () => {
    const first = await opened(scripted);
    dispatcher.session.link.end(null);
    assert.equal((await first.ended).code, "OK");
    await closedOnce(scripted);
    const second = await opened(scripted);
    dispatcher.session.link.end(new TaskError("SESSION_RESUMED", "another stream took it up"));
    const end = await second.ended;
    assert.equal(end.code, "ABORTED");
    assert.equal(end.reason, "SESSION_RESUMED");
    assert.equal(dispatcher.session.link.send({ kind: "drain_ack" }), false);
    await closedOnce(scripted);
  });

  it("says that a worker which never reads reads too slowly, and stops reading it", async () => {
    const call = await stalled();
    const { session } = dispatcher;
    const task = leasedTask(Buffer.alloc(64 * 1024));
    let written = 0;
    await eventually(() => {
      written += 1;
      assert.equal(session.link.send({ kind: "grant", tasks: [task] }), false);
    });
    assert.ok(written < 1_000, `${written} grants were taken`);
    for (let sent = 0; sent < 500; sent++) {
      call.write({ credit: { tasks: 1 } });
    }
    let isWritable = false;
    session.link.onWritable(() => {
      isWritable = true;
    });
    await assert.rejects(
      eventually(() => assert.ok(session.calls.length >= 500), { withinMs: 200 }),
    );
    call.resume();
    await eventually(() => assert.ok(isWritable));
    await eventually(() => assert.equal(session.calls.length, 500));
    call.cancel();
  });

  it("lets go of a worker that never reads once its stream should end", async () => {
    const call = await stalled();
    const { session } = dispatcher;
    const task = leasedTask(Buffer.alloc(256 * 1024));
    await eventually(() =>
      assert.equal(session.link.send({ kind: "grant", tasks: [task] }), false),
    );
    session.link.end(new TaskError("SESSION_SILENT", "nothing was heard"));
    await closedOnce(scripted);
    clock.advance(5_000);
    call.cancel();
  });
});
