import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { TaskClient } from "@baton/worker-sdk";
import { openLeaseStream } from "../../../worker-sdk/src/worker/lease-stream.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { eventually } from "../../support/time/eventually.ts";

const HELLO = { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] };
const STREAMS = 32;
/** Fewer than this on one of the two happens by chance once in 400,000 runs. */
const LEAST = 4;

describe("Two addresses of one target", () => {
  const dispatchers: ScriptedDispatcher[] = [];
  const servers: GrpcUnderTest[] = [];
  let target: string;
  beforeEach(async () => {
    for (let n = 0; n < 2; n += 1) {
      const dispatcher = new ScriptedDispatcher();
      dispatchers.push(dispatcher);
      servers.push(await startGrpc(dispatcher));
    }
    target = `ipv4:${servers.map(({ address }) => address).join(",")}`;
  });
  afterEach(async () => {
    dispatchers.splice(0);
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it("share the workers", async () => {
    const reached = { address: target, credentials: undefined, channelOptions: {} };
    const listener = { onMessage() {}, onEnd() {}, onWritable() {} };
    const streams = Array.from({ length: STREAMS }, () => {
      const stream = openLeaseStream(reached, systemClock, listener);
      stream.send({ hello: HELLO });
      return stream;
    });
    const sessions = () => dispatchers.map((dispatcher) => dispatcher.sessions.length);
    await eventually(() => assert.equal(sum(sessions()), STREAMS));
    for (const stream of streams) {
      stream.cancel();
    }
    assert.ok(Math.min(...sessions()) >= LEAST, `${sessions()}`);
  });

  it("share the clients' submits", async () => {
    const clients = Array.from({ length: STREAMS }, () => new TaskClient({ address: target }));
    await Promise.all(clients.map((client) => client.submit("email", "t", {})));
    await Promise.all(clients.map((client) => client.close()));
    const submits = dispatchers.map(({ submitted }) => submitted.length);
    assert.ok(Math.min(...submits) >= LEAST, `${submits}`);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
