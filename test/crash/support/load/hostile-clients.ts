import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { loadBaton } from "@baton/proto";
import { pause } from "../../../support/time/pause.ts";
import { QUEUES } from "./plan.ts";

const { WorkerService } = loadBaton().baton.v1;

/** A message as gRPC frames it: uncompressed, with its length. */
export function grpcMessage(payload: Buffer, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

/** A worker's frame as bytes on the wire. */
export function workerFrame(
  frame: Parameters<typeof WorkerService.service.Lease.requestSerialize>[0],
): Buffer {
  return grpcMessage(WorkerService.service.Lease.requestSerialize(frame));
}

/** The headers of a gRPC call. */
export function grpcHeaders(path: string): Record<string, string> {
  return {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
  };
}

/** A worker that asks for much and reads nothing, until its time is over. */
export async function leaseWithoutReading(address: string, forMs: number): Promise<void> {
  const session = connectHttp2(`http://${address}`);
  session.on("error", () => {});
  const stream = session.request(grpcHeaders("/baton.v1.WorkerService/Lease"));
  stream.on("error", () => {});
  stream.pause();
  stream.write(
    workerFrame({
      hello: {
        protocolVersion: 1,
        workerId: "never-reads",
        subscriptions: QUEUES.map((queue) => ({ queue })),
      },
    }),
  );
  stream.write(workerFrame({ credit: { tasks: 50 } }));
  await pause(forMs);
  session.destroy();
}

/** Opens many connections that say nothing, and closes them after a while. */
export async function floodWithConnections(
  address: string,
  count: number,
  forMs: number,
): Promise<number> {
  const [host, port] = address.split(":");
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect(Number(port), host);
    socket.on("error", () => {});
    sockets.push(socket);
  }
  await Promise.race([Promise.all(sockets.map((socket) => opened(socket))), pause(forMs)]);
  await pause(forMs);
  const open = sockets.filter(({ destroyed }) => !destroyed).length;
  for (const socket of sockets) {
    socket.destroy();
  }
  return open;
}

async function opened(socket: Socket): Promise<void> {
  await once(socket, "connect").catch(() => {});
}
