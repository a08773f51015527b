import assert from "node:assert/strict";
import { constants } from "node:http2";
import type { Socket } from "node:net";
import { grpcHeaders, workerFrame } from "../crash/support/load/hostile-clients.ts";
import { eventually } from "../support/time/eventually.ts";
import { nextTurn } from "../support/time/next-turn.ts";
import { callRaw, openRawSession, openSocket, sendBytes } from "./support/raw-call.ts";
import { frame, PREFACE, SETTINGS } from "./support/raw-frames.ts";
import { useTarget } from "./support/target.ts";

const LEASE = "/baton.v1.WorkerService/Lease";
/** The least that a heartbeat's answer takes: a frame of HTTP/2 and of gRPC, and a few bytes. */
const ACK_BYTES = 14;

describe("A dispatcher survives connections that", function () {
  this.timeout(30_000);
  const target = useTarget();

  it("speak HTTP/1", async () => {
    await sendBytes(target.address, Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  });

  it("send noise", async () => {
    await sendBytes(
      target.address,
      Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 7) % 256)),
    );
  });

  it("send headers that are no HPACK", async () => {
    const garbage = frame(1, 0x4, 1, Buffer.alloc(64, 0xff));
    const bytes = Buffer.concat([PREFACE, SETTINGS, garbage]);
    assert.equal((await sendBytes(target.address, bytes)).isClosed, true);
  });

  it("break the framing: a continuation of nothing, a frame for stream 0, a huge window", async () => {
    const broken = [
      frame(9, 0x4, 1, Buffer.alloc(8)),
      frame(0, 0, 0, Buffer.alloc(8)),
      frame(8, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
      frame(3, 0, 99, Buffer.alloc(4)),
    ];
    for (const bytes of broken) {
      await sendBytes(target.address, Buffer.concat([PREFACE, SETTINGS, bytes]), 300);
    }
  });

  it("call what is not there, in ways that are not gRPC", async () => {
    const chunks = [Buffer.alloc(5)];
    for (const call of [
      { path: "/no.such.Service/Method", chunks },
      { path: "/", chunks },
      { path: LEASE, chunks, headers: { "content-type": "text/html" } },
      { path: LEASE, chunks, headers: { ":method": "PUT" } },
      { path: LEASE, chunks, headers: { "grpc-timeout": "never" } },
      { path: LEASE, chunks, headers: { "grpc-timeout": "99999999999999999H" } },
      { path: LEASE, chunks, headers: { "x-large": "x".repeat(7_000) } },
      { path: LEASE, chunks, headers: { "x-data-bin": "no base64 !!" } },
    ]) {
      await callRaw(target.address, { ...call, withinMs: 800 });
    }
  });

  it("open streams and reset them at once, thousands of times", async () => {
    const session = openRawSession(target.address);
    for (let n = 0; n < 3_000 && !session.destroyed; n += 1) {
      const stream = session.request(grpcHeaders(LEASE));
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_CANCEL);
      if (n % 100 === 0) {
        await nextTurn();
      }
    }
    session.destroy();
  });

  it("trickle their preface, hundreds of them", async () => {
    const sockets = Array.from({ length: 300 }, () => openSocket(target.address));
    for (const byte of PREFACE.subarray(0, 12)) {
      for (const socket of sockets) {
        socket.write(Buffer.from([byte]));
      }
      // It serves others between any two of these bytes.
      await target.assertWell();
    }
    for (const socket of sockets) {
      socket.destroy();
    }
  });

  it("say nothing at all, two thousand of them", async () => {
    const sockets = Array.from({ length: 2_000 }, () => openSocket(target.address));
    await Promise.all(sockets.map(answered));
    await target.assertWell();
    for (const socket of sockets) {
      socket.destroy();
    }
  });

  it("open lease streams and say no hello", async () => {
    const session = openRawSession(target.address);
    for (let n = 0; n < 90; n += 1) {
      session.request(grpcHeaders(LEASE)).on("error", () => {});
    }
    await target.assertWell();
    session.destroy();
  });

  it("ask for tasks and never read them", async () => {
    const sessions = Array.from({ length: 40 }, () => openRawSession(target.address));
    const hello = { protocolVersion: 1, workerId: "deaf", subscriptions: [{ queue: "well" }] };
    for (const session of sessions) {
      const stream = session.request(grpcHeaders(LEASE));
      stream.on("error", () => {});
      stream.pause();
      stream.write(workerFrame({ hello }));
      stream.write(workerFrame({ credit: { tasks: 100 } }));
      for (let sequence = 1; sequence <= 200; sequence += 1) {
        stream.write(workerFrame({ heartbeat: { leases: [], sequence } }));
      }
    }
    for (const session of sessions) {
      // What it was answered has come, and nobody reads it.
      await eventually(
        () => assert.ok(session.destroyed || (session.socket?.bytesRead ?? 0) > 200 * ACK_BYTES),
        { withinMs: 20_000 },
      );
    }
    await target.assertWell();
    for (const session of sessions) {
      session.destroy();
    }
  });
});

/** Resolves once the dispatcher took a connection, or would not. */
function answered(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("connect", () => resolve());
    socket.once("close", () => resolve());
  });
}
