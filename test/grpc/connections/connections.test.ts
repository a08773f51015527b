import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { Server, type ServerDuplexStream } from "@grpc/grpc-js";
import { CallLedger } from "../../../server/src/grpc/connections/call-ledger.ts";
import { ConnectionAges } from "../../../server/src/grpc/connections/connection-ages.ts";
import { GrpcConnections } from "../../../server/src/grpc/connections/connections.ts";
import type { Connection } from "../../../server/src/net/connection.ts";
import { DEFAULT_MEMORY_LIMITS, MemoryBudget } from "../../../server/src/net/memory-budget.ts";
import { grpcHeaders } from "../../crash/support/load/hostile-clients.ts";
import { logInto } from "../../support/grpc/grpc-server.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

const PATH = "/test.Echo/Echo";
const ECHO = {
  Echo: {
    path: PATH,
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};
const LIMITS = { maxConnections: 10, maxPeerConnections: 10, greetingTimeoutMs: 1_000 };

describe("The connections of a gRPC server", () => {
  let server: Server;
  let connections: GrpcConnections;
  let taken: Connection[];
  let port: number;
  let client: ClientHttp2Session;

  beforeEach(async () => {
    const clock = new ManualClock();
    const budget = new MemoryBudget(DEFAULT_MEMORY_LIMITS, clock);
    const ledger = new CallLedger(budget, clock, 60_000);
    server = new Server({ interceptors: [ledger.interceptor] });
    server.addService(ECHO, {
      Echo: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on("data", (bytes: Buffer) => call.write(bytes));
        call.on("end", () => call.end());
      },
    });
    const ages = new ConnectionAges(clock, Number.POSITIVE_INFINITY);
    taken = [];
    const opened = ages.opened.bind(ages);
    ages.opened = (connection) => {
      taken.push(connection);
      opened(connection);
    };
    const limits = LIMITS;
    const log = logInto([]);
    const onCut = (): void => {};
    connections = new GrpcConnections({ server, limits, clock, log, ages, ledger, budget, onCut });
    port = await connections.listen("127.0.0.1:0");
    client = connect(`http://127.0.0.1:${port}`);
    client.on("error", () => {});
    await once(client, "remoteSettings");
  });

  afterEach(() => {
    client?.destroy();
    connections?.close();
    server?.forceShutdown();
  });

  function call(): ClientHttp2Stream {
    const stream = client.request(grpcHeaders(PATH));
    stream.on("error", () => {});
    return stream;
  }

  it("that is not read says nothing until it is read again", async () => {
    const [stopped] = taken;
    stopped?.stopReading();
    const stream = call();
    let echoes = 0;
    stream.on("data", () => {
      echoes += 1;
    });
    stream.write(Buffer.from([0, 0, 0, 0, 1, 65]));
    const other = connect(`http://127.0.0.1:${port}`);
    const echo = other.request(grpcHeaders(PATH));
    echo.end(Buffer.from([0, 0, 0, 0, 1, 66]));
    await once(echo, "data");
    assert.equal(echoes, 0);
    stopped?.goOnReading();
    await eventually(() => assert.equal(echoes, 1));
    other.destroy();
  });

  it("may have more calls once it has sent a message", async () => {
    const stream = call();
    stream.write(Buffer.from([0, 0, 0, 0, 1, 65]));
    const [{ maxConcurrentStreams }] = await once(client, "remoteSettings");
    assert.equal(maxConcurrentStreams, 256);
  });

  it("that sends thousands of empty messages at once is cut, and another is not", async () => {
    const other = connect(`http://127.0.0.1:${port}`);
    await once(other, "remoteSettings");
    call().write(Buffer.alloc(5 * 10_000));
    await once(client, "close");
    assert.equal(other.closed, false);
    other.destroy();
  });

  it("that has no call closes with a goodbye when the server leaves", async () => {
    const [[code], [lateError]] = await Promise.all([
      once(client, "goaway"),
      once(client, "close").then(() => once(connect(`http://127.0.0.1:${port}`), "error")),
      connections.leave(60_000),
    ]);
    assert.equal(code, 0);
    assert.equal((lateError as NodeJS.ErrnoException).code, "ECONNREFUSED");
  });

  it("keeps its calls until they end when the server leaves", async () => {
    const stream = call();
    stream.write(Buffer.from([0, 0, 0, 0, 1, 65]));
    const [echo] = await once(stream, "data");
    connections.leave(60_000);
    await once(client, "goaway");
    stream.write(Buffer.from([0, 0, 0, 0, 1, 66]));
    const [later] = await once(stream, "data");
    assert.deepEqual([...echo, ...later], [0, 0, 0, 0, 1, 65, 0, 0, 0, 0, 1, 66]);
    stream.end();
    await once(client, "close");
  });

  it("is cut when the server has left for long enough", async () => {
    const stream = call();
    stream.write(Buffer.from([0, 0, 0, 0, 1, 65]));
    await once(stream, "data");
    connections.leave(1);
    await eventually(() => assert.deepEqual([stream.closed, client.closed], [true, true]));
  });
});
