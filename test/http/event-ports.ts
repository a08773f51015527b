import { request as httpRequest } from "node:http";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createEvents } from "../../server/src/automation/events/events.ts";
import type { Dispatcher } from "../../server/src/dispatch/contract.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import { createGrpcServer, type GrpcServer } from "../../server/src/grpc/server.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { openWorld, processOf, silent, tasksOf, type World } from "../support/automation.ts";
import { GrpcClient } from "../support/grpc/grpc-client.ts";
import { Life } from "../support/processes/mortal.ts";
import { newSpec } from "../support/task-factory.ts";
import { settled } from "../support/time/settled.ts";

const QUEUE = "events" as QueueName;
const CLOSE_GRACE_MS = 10;

/** An answer of the HTTP port. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The task of an event, as far as its worker sees the event in it. */
export interface EventTask {
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly data: string;
}

/** Events that are taken on a real HTTP and a real gRPC port, with one subscription to all of them. */
export class EventPorts {
  readonly #world: World = openWorld();
  readonly #events: Events;
  readonly #http: HttpServer;
  readonly #grpc: GrpcServer;
  #httpPort = 0;
  #client: GrpcClient | null = null;

  constructor() {
    const parts = processOf(this.#world, new Life());
    const { clock, log } = parts;
    this.#events = createEvents(parts);
    const dispatcher = { isReady: () => true } as Dispatcher;
    const settings = { closeGraceMs: CLOSE_GRACE_MS };
    this.#grpc = createGrpcServer({
      dispatcher,
      events: this.#events,
      clock,
      log: silent,
      settings,
    });
    this.#http = createHttpServer({
      events: this.#events,
      log,
      metricsText: async () => "",
      isReady: () => true,
    });
  }

  async start(): Promise<void> {
    this.#httpPort = await this.#http.listen("127.0.0.1", 0);
    this.#client = new GrpcClient(`127.0.0.1:${await this.#grpc.listen("127.0.0.1:0")}`);
    await this.#events.putSubscription({
      name: QUEUE,
      eventType: "*",
      source: "",
      attributes: {},
      task: newSpec({ queue: QUEUE, payload: Buffer.alloc(0) }),
      paused: false,
    });
  }

  async stop(): Promise<void> {
    this.#client?.close();
    const closing = this.#grpc.close();
    this.#world.clock.advance(CLOSE_GRACE_MS);
    await closing;
    await this.#http.close();
    await this.#events.stop();
    await this.#world.store.close();
  }

  get grpc(): GrpcClient {
    if (this.#client === null) {
      throw new Error("not started");
    }
    return this.#client;
  }

  /** Sends a request; header values go as bytes, a character each. */
  post(body: string | Buffer, headers: Record<string, string | string[]>): Promise<Answer> {
    const target = { port: this.#httpPort, host: "127.0.0.1", method: "POST", path: "/v1/events" };
    return new Promise((resolve, reject) => {
      const call = httpRequest({ ...target, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: text === "" ? {} : JSON.parse(text) });
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }

  /** Sends an event in structured mode. */
  structured(event: unknown): Promise<Answer> {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    return this.post(body, { "content-type": "application/cloudevents+json" });
  }

  /** Sends events as a batch. */
  batch(events: readonly unknown[]): Promise<Answer> {
    const headers = { "content-type": "application/cloudevents-batch+json" };
    return this.post(JSON.stringify(events), headers);
  }

  /** The tasks so far, by the sources of their events. */
  async tasks(): Promise<ReadonlyMap<string, EventTask>> {
    await settled();
    const tasks = await tasksOf(this.#world.store, QUEUE);
    return new Map(
      tasks.map(({ spec }) => {
        const { "ce-source": source = "", ...headers } = spec.headers;
        const data = Buffer.from(spec.payload).toString("latin1");
        return [source, { headers, contentType: spec.contentType, data }];
      }),
    );
  }
}
