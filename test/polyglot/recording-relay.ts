import { loadBaton } from "@baton/proto";
import {
  credentials,
  type handleBidiStreamingCall,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import type { Received, Sent } from "../../worker-sdk/src/values/wire.ts";
import { History } from "../crash/support/history/history.ts";
import { recordLeaseStreams } from "../crash/support/load/wire-recorder.ts";

type LeaseHandler = handleBidiStreamingCall<Received<"WorkerFrame">, Sent<"ServerFrame">>;
type LeaseCall = Parameters<LeaseHandler>[0];

const { WorkerService } = loadBaton().baton.v1;

/** Stands between one worker of any language and the dispatcher, and writes down what they say. */
export class RecordingRelay {
  readonly #server = new Server({ "grpc.max_receive_message_length": 8 * 1024 * 1024 });
  readonly #upstream;
  readonly #recorder;
  readonly #history: History;
  readonly #calls = new Set<LeaseCall>();
  #isClosed = false;

  private constructor(name: string, dispatcher: string, folder: string) {
    this.#history = new History(folder, name);
    this.#upstream = new WorkerService(dispatcher, credentials.createInsecure(), {
      "grpc.max_receive_message_length": 8 * 1024 * 1024,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 500,
    });
    this.#recorder = recordLeaseStreams(
      name,
      (happening) => this.#isClosed || this.#history.add(happening),
    );
    this.#server.addService(WorkerService.service, {
      Lease: (call: LeaseCall) => this.#relay(call),
      Settle: (_: unknown, done: (error: { code: status }) => void) =>
        done({ code: status.UNIMPLEMENTED }),
    });
  }

  /** Opens a relay on a free port of the loopback; its history is the file of that name in the folder. */
  static async open(
    name: string,
    dispatcher: string,
    folder: string,
  ): Promise<{ relay: RecordingRelay; address: string }> {
    const relay = new RecordingRelay(name, dispatcher, folder);
    const port = await new Promise<number>((resolve, reject) => {
      relay.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { relay, address: `127.0.0.1:${port}` };
  }

  /** Ends the worker's streams as a network does that breaks. */
  breakStreams(): void {
    for (const call of this.#calls) {
      call.emit("error", { code: status.UNAVAILABLE, details: "the relay broke the stream" });
      call.emit("cancelled");
    }
  }

  close(): void {
    this.#server.forceShutdown();
    this.#upstream.close();
    this.#isClosed = true;
    this.#history.close();
  }

  #relay(call: LeaseCall): void {
    const upstream = this.#upstream.lease({ interceptors: [this.#recorder] });
    let isOver = false;
    this.#calls.add(call);
    const finish = (act: () => void): void => {
      if (!isOver) {
        isOver = true;
        this.#calls.delete(call);
        act();
      }
    };
    call.on("data", (frame) => isOver || upstream.write(frame as Sent<"WorkerFrame">));
    call.on("end", () => upstream.end());
    call.on("cancelled", () => finish(() => upstream.cancel()));
    upstream.on("data", (frame) => isOver || call.write(frame as Sent<"ServerFrame">));
    upstream.on("error", ({ code, details, metadata }: ServiceError) =>
      finish(() => call.emit("error", { code, details, metadata })),
    );
    upstream.on("end", () => finish(() => call.end()));
  }
}
