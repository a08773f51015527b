import type { Rooms } from "./room.ts";

/** The worker SDK. */
export const sdk: Rooms = {
  "sdk/time": { at: "worker-sdk/src/time", about: "the clock, alarms, pauses" },
  "sdk/values": {
    at: "worker-sdk/src/values",
    about: "checks options; encodes payloads; has limits, errors, types of the wire",
    packages: ["@baton/proto", "@grpc/grpc-js", "node:util"],
  },
  "sdk/channel": {
    at: "worker-sdk/src/channel",
    about: "channels, calls, and streams that reconnect",
    rooms: ["sdk/time", "sdk/values"],
    packages: ["@baton/proto", "@grpc/grpc-js"],
  },
  "sdk/logger": {
    at: ["worker-sdk/src/logger.ts"],
    about: "the interface of the logger",
    packages: ["node:util"],
  },
  "sdk/handler": {
    at: "worker-sdk/src/handler",
    about: "what a user gives to a worker: handlers and options; how a handler may end",
    rooms: ["sdk/values", "sdk/channel", "sdk/logger"],
    packages: ["@grpc/grpc-js", "node:os", "node:crypto", "node:util", "node:async_hooks"],
  },
  "sdk/telemetry": {
    at: "worker-sdk/src/telemetry",
    about: "spans, metrics, trace headers",
    rooms: ["sdk/values", "sdk/handler"],
    packages: ["@opentelemetry/api"],
  },
  "sdk/attempts": {
    at: "worker-sdk/src/attempts",
    about: "runs handlers, one attempt for each lease; aborts them",
    rooms: ["sdk/time", "sdk/values", "sdk/logger", "sdk/handler", "sdk/telemetry"],
    packages: ["node:util"],
  },
  "sdk/worker": {
    at: "worker-sdk/src/worker",
    about: "the worker: its session, stream, leases, heartbeats and settlements",
    rooms: [
      "sdk/time",
      "sdk/values",
      "sdk/channel",
      "sdk/logger",
      "sdk/handler",
      "sdk/telemetry",
      "sdk/attempts",
    ],
    packages: ["@opentelemetry/api"],
  },
  "sdk/threads": {
    at: "worker-sdk/src/threads",
    about: "runs handlers on threads; is imported as `@baton/worker-sdk/threads`",
    rooms: ["sdk/time", "sdk/values", "sdk/logger", "sdk/handler", "sdk/telemetry"],
    packages: ["node:fs", "node:os", "node:path", "node:url", "node:util", "node:worker_threads"],
  },
  "sdk/client/submitting": {
    at: "worker-sdk/src/client/submitting",
    about: "submits tasks, many over one stream",
    rooms: ["sdk/time", "sdk/values", "sdk/channel"],
    packages: ["node:util", "node:crypto"],
  },
  "sdk/client/awaiting": {
    at: "worker-sdk/src/client/awaiting",
    about: "waits for results; watches tasks",
    rooms: ["sdk/time", "sdk/values", "sdk/channel"],
  },
  "sdk/client": {
    at: ["worker-sdk/src/client", "worker-sdk/src/client/queues", "worker-sdk/src/client/workers"],
    about: "the clients for tasks, queues, workers, schedules and events",
    rooms: [
      "sdk/time",
      "sdk/values",
      "sdk/channel",
      "sdk/handler",
      "sdk/telemetry",
      "sdk/client/submitting",
      "sdk/client/awaiting",
    ],
    packages: ["node:crypto"],
  },
};
