import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { failureOf } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const EMPTY_SETTINGS = frame(4, 0, 0, Buffer.alloc(0));
const ID = "email~0123456789abcdef";

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A gRPC message: whether it is compressed, its length, its bytes. */
function message(isCompressed: boolean, bytes: Buffer, length = bytes.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(isCompressed ? 1 : 0, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
}

describe("A peer that does not keep to the protocols", () => {
  let grpc: GrpcUnderTest;
  let http2: ClientHttp2Session;
  const sockets: Socket[] = [];

  before(async () => {
    grpc = await startGrpc(new ScriptedDispatcher());
    http2 = connectHttp2(`http://${grpc.address}`);
  });

  after(async () => {
    http2?.destroy();
    for (const socket of sockets) {
      socket.destroy();
    }
    await grpc?.stop();
  });

  // Whatever a test sent: the server still answers somebody else.
  afterEach(async () => {
    const failure = await failureOf(grpc?.client.task("Get", { taskId: ID }));
    assert.equal(failure.reason, "TASK_NOT_FOUND");
    assert.deepEqual(grpc?.log ?? [], []);
  });

  async function raw(...parts: readonly Buffer[]): Promise<Socket> {
    const [host, port] = grpc.address.split(":");
    const socket = connect(Number(port), host);
    sockets.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    for (const part of parts) {
      socket.write(part);
    }
    return socket;
  }

  async function call(
    headers: Record<string, string>,
    body: Buffer,
  ): Promise<{ http: unknown; grpc: unknown; text: unknown; accepts: unknown }> {
    const stream = http2.request({
      ":method": "POST",
      ":path": "/baton.v1.TaskService/Submit",
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    let answer: Record<string, unknown> = {};
    stream.on("response", (response) => {
      answer = { ...answer, ...response };
    });
    stream.on("trailers", (trailers) => {
      answer = { ...answer, ...trailers };
    });
    stream.on("error", () => undefined);
    stream.end(body);
    stream.resume();
    await once(stream, "close");
    return {
      http: answer[":status"],
      grpc: answer["grpc-status"],
      text: answer["grpc-message"],
      accepts: answer["grpc-accept-encoding"],
    };
  }

  it("may send compressed messages: they are refused, whether they are sound or none", async () => {
    const garbage = message(true, Buffer.from("this is not gzip"));
    const bomb = message(true, gzipSync(Buffer.alloc(8 * 1024 * 1024)));
    for (const body of [garbage, bomb, message(false, Buffer.alloc(0))]) {
      for (const encoding of ["gzip", "deflate"]) {
        const answer = await call({ "grpc-encoding": encoding }, body);
        assert.equal(answer.grpc, "12");
        assert.equal(answer.accepts, "identity");
      }
    }
  });

  it("may name a compression that nobody knows", async () => {
    const answer = await call({ "grpc-encoding": "rot13" }, message(true, Buffer.from("x")));
    assert.equal(answer.grpc, "12");
  });

  it("may announce more than a message may have", async () => {
    const answer = await call({}, message(false, Buffer.from("x"), 0xffff_ffff));
    assert.equal(answer.grpc, "8");
  });

  it("may send no message", async () => {
    assert.equal((await call({}, Buffer.alloc(0))).grpc, "12");
  });

  it("may send a deadline that is none", async () => {
    const answer = await call({ "grpc-timeout": "soon" }, message(false, Buffer.alloc(0)));
    assert.equal(answer.grpc, "13");
  });

  it("may speak another content type", async () => {
    const answer = await call({ "content-type": "text/html" }, Buffer.from("<p>"));
    assert.equal(answer.http, 415);
  });

  it("may speak HTTP/1", async () => {
    const socket = await raw(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.resume();
    await once(socket, "close");
  });

  it("may send a header block that cannot be decoded", async () => {
    const socket = await raw(
      PREFACE,
      EMPTY_SETTINGS,
      frame(1, 0x4, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
    );
    socket.resume();
    await once(socket, "close");
  });

  it("may send a header block without a path or a method", async () => {
    const socket = await raw(PREFACE, EMPTY_SETTINGS, frame(1, 0x5, 1, Buffer.alloc(0)));
    socket.resume();
    socket.end();
    await once(socket, "close");
  });

  it("may break off in the middle of a message", async () => {
    const stream = http2.request({
      ":method": "POST",
      ":path": "/baton.v1.WorkerService/Lease",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => undefined);
    stream.write(message(false, Buffer.from("half"), 1_000));
    await once(stream, "response");
    stream.destroy();
    await once(stream, "close");
  });
});
