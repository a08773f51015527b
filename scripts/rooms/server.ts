import { domain, type Rooms } from "./room.ts";

const dispatchBase = [...domain, "store", "log", "dispatch"];
const automation = [...dispatchBase, "dispatch/store-calls", "intake", "documents"];
const contracts = ["dispatch", "automation/contracts"];
const grpcBase = [...domain, "intake", "log", "net", ...contracts];

/** What dispatches, and its ports. */
export const server: Rooms = {
  dispatch: {
    at: [
      "server/src/dispatch/contract.ts",
      "server/src/dispatch/explanation.ts",
      "server/src/dispatch/queue-control.ts",
      "server/src/dispatch/settings.ts",
      "server/src/dispatch/worker-control.ts",
    ],
    about: "what a service may ask of the dispatcher; the dispatcher's settings",
    rooms: [...domain, "store"],
  },
  intake: {
    at: "server/src/intake",
    about: "checks requests field by field, fills in defaults, words the errors",
    rooms: [...domain, "dispatch"],
    packages: ["node:buffer"],
  },
  "dispatch/store-calls": {
    at: "server/src/dispatch/store-calls",
    about:
      "gathers store calls into batches, limits how many are under way, knows which queues the store answers for",
    rooms: dispatchBase,
  },
  "dispatch/submitting": {
    at: "server/src/dispatch/submitting",
    about: "takes submits to the store",
    rooms: [...dispatchBase, "dispatch/store-calls"],
  },
  "dispatch/settling": {
    at: "server/src/dispatch/settling",
    about: "takes settlements to the store",
    rooms: [...dispatchBase, "dispatch/store-calls"],
  },
  "dispatch/session": {
    at: "server/src/dispatch/session",
    about: "one session: its credit, its queues, its leases, their renewal and settlements",
    rooms: [...dispatchBase, "dispatch/store-calls", "dispatch/settling"],
  },
  "dispatch/granting": {
    at: "server/src/dispatch/granting",
    about: "leases tasks for sessions with credit, shares them fairly, writes the grants",
    rooms: [
      ...dispatchBase,
      "dispatch/store-calls",
      "dispatch/submitting",
      "dispatch/settling",
      "dispatch/session",
    ],
  },
  "dispatch/workers": {
    at: "server/src/dispatch/workers",
    about: "all sessions of this dispatcher: they open, send heartbeats, move and end",
    rooms: [
      ...dispatchBase,
      "dispatch/store-calls",
      "dispatch/settling",
      "dispatch/session",
      "dispatch/granting",
    ],
  },
  "dispatch/sweeping": {
    at: "server/src/dispatch/sweeping",
    about: "promotes, expires, reclaims and purges, queue by queue",
    rooms: [...dispatchBase, "dispatch/store-calls"],
  },
  "dispatch/operating": {
    at: "server/src/dispatch/operating",
    about: "reads, cancels, redrives, deletes, explains and counts tasks; reads and changes queues",
    rooms: [...dispatchBase, "dispatch/store-calls", "dispatch/granting"],
    packages: ["node:util"],
  },
  "dispatch/watching": {
    at: "server/src/dispatch/watching",
    about: "tells those who wait for a task's end or follow its events",
    rooms: [...dispatchBase, "dispatch/store-calls", "dispatch/operating"],
  },
  dispatcher: {
    at: ["server/src/dispatch/dispatcher.ts"],
    about: "the dispatcher, put together",
    rooms: [
      ...dispatchBase,
      "dispatch/store-calls",
      "dispatch/submitting",
      "dispatch/settling",
      "dispatch/session",
      "dispatch/granting",
      "dispatch/workers",
      "dispatch/sweeping",
      "dispatch/operating",
      "dispatch/watching",
    ],
  },
  automation: {
    at: "server/src/automation",
    about: "what schedules and events share: the sweep loop, submitting many tasks",
    rooms: [...dispatchBase, "dispatch/store-calls", "documents"],
  },
  "automation/contracts": {
    at: ["schedules", "events", "operations"].map(
      (name) => `server/src/automation/${name}/contract.ts`,
    ),
    about: "what a service may ask of schedules, of events and of operations",
    rooms: domain,
  },
  "automation/schedules": {
    at: "server/src/automation/schedules",
    about: "carries out what the domain decides about schedules",
    rooms: [...automation, "automation", "automation/contracts"],
    packages: ["node:crypto"],
  },
  "automation/events": {
    at: "server/src/automation/events",
    about: "publishes events and delivers them to their subscriptions",
    rooms: [...automation, "automation", "automation/contracts"],
    packages: ["node:crypto"],
  },
  "automation/operations": {
    at: "server/src/automation/operations",
    about: "moves many tasks at once, at a rate, whichever dispatcher dies meanwhile",
    rooms: [...automation, "automation", "automation/contracts"],
  },
  "http/requests": {
    at: [
      "server/src/http/http-connections.ts",
      "server/src/http/http-error.ts",
      "server/src/http/lingering-answer.ts",
      "server/src/http/read-body.ts",
      "server/src/http/request-guard.ts",
      "server/src/http/request-target.ts",
      "server/src/http/respond.ts",
    ],
    about: "what every request to the HTTP port has: checks, body, answer",
    rooms: [...grpcBase],
    packages: ["node:http", "node:net", "node:buffer", "node:crypto"],
  },
  "http/events": {
    at: "server/src/http/events",
    about: "takes CloudEvents in their three forms, and webhooks' handshake",
    rooms: [...grpcBase, "http/requests"],
    packages: ["node:http", "node:buffer", "node:crypto"],
  },
  http: {
    at: ["server/src/http/http-server.ts", "server/src/http/status-routes.ts"],
    about: "the HTTP port: events, probes, metrics",
    rooms: [...grpcBase, "http/requests", "http/events"],
    packages: ["node:http", "node:net", "node:buffer", "node:crypto"],
  },
  "grpc/status": {
    at: ["server/src/grpc/status.ts"],
    about: "turns errors into gRPC statuses",
    rooms: grpcBase,
    packages: ["@baton/proto", "@grpc/grpc-js", "node:crypto"],
  },
  "grpc/connections": {
    at: "server/src/grpc/connections",
    about: "knows the connections of grpc-js: their age, and what their calls hold in memory",
    rooms: [...grpcBase, "grpc/status"],
    packages: ["@grpc/grpc-js", "node:events", "node:http2"],
  },
  "grpc/calls": {
    at: "server/src/grpc/calls",
    about: "what every call shares: its handler, deadline, flood guard, page tokens",
    rooms: [...grpcBase, "grpc/status", "grpc/connections"],
    packages: ["@grpc/grpc-js", "node:events", "node:crypto"],
  },
  "grpc/wire": {
    at: ["server/src/grpc/wire.ts"],
    about: "the generated types of the services",
    rooms: ["grpc/calls"],
    packages: ["@baton/proto", "@grpc/grpc-js"],
  },
  "grpc/convert": {
    at: "server/src/grpc/convert",
    about: "translates messages to and from types of the domain",
    rooms: [...grpcBase, "grpc/status", "grpc/wire"],
  },
  "grpc/tasks": {
    at: "server/src/grpc/tasks",
    about: "TaskService: submit, get, await, watch, cancel, redrive, run now, delete",
    rooms: [
      ...grpcBase,
      "grpc/status",
      "grpc/connections",
      "grpc/calls",
      "grpc/wire",
      "grpc/convert",
    ],
    packages: ["@grpc/grpc-js", "node:events"],
  },
  "grpc/workers": {
    at: "server/src/grpc/workers",
    about: "WorkerService: the stream over which tasks are leased and settled",
    rooms: [
      ...grpcBase,
      "grpc/status",
      "grpc/connections",
      "grpc/calls",
      "grpc/wire",
      "grpc/convert",
    ],
    packages: ["@grpc/grpc-js"],
  },
  "grpc/admin": {
    at: "server/src/grpc/admin",
    about:
      "QueueService, WorkerAdminService, ScheduleService, EventService, OperationService and health",
    rooms: [
      ...grpcBase,
      "grpc/status",
      "grpc/connections",
      "grpc/calls",
      "grpc/wire",
      "grpc/convert",
    ],
    packages: ["@grpc/grpc-js", "grpc-health-check", "node:crypto"],
  },
  grpc: {
    at: ["server/src/grpc/server.ts"],
    about: "the gRPC port, put together",
    rooms: [
      ...grpcBase,
      "grpc/status",
      "grpc/connections",
      "grpc/calls",
      "grpc/wire",
      "grpc/tasks",
      "grpc/workers",
      "grpc/admin",
    ],
    packages: ["@baton/proto", "@grpc/grpc-js", "@grpc/reflection", "node:crypto"],
  },
  "telemetry/logs": {
    at: "server/src/telemetry/logs",
    about: "the log about tasks, and how many lines of it",
    rooms: ["domain", "store", "log"],
  },
  "telemetry/metrics": {
    at: "server/src/telemetry/metrics",
    about: "counters and histograms",
    rooms: ["domain", "store", "log", "net", "telemetry/logs"],
    packages: ["@opentelemetry/*"],
  },
  telemetry: {
    at: "server/src/telemetry",
    about: "spans; wraps the store, so that its calls are measured",
    rooms: ["domain", "store", "log", "net", "settings", "telemetry/logs", "telemetry/metrics"],
    packages: ["@opentelemetry/*", "node:perf_hooks"],
  },
  "conformance/scene": {
    at: [
      "check",
      "dispatcher",
      "frame-rules",
      "ledger",
      "listener",
      "observation",
      "program",
      "scene",
      "stream",
      "terms",
      "wire",
    ].map((name) => `server/src/conformance/${name}.ts`),
    about: "plays the dispatcher to somebody's worker and watches it",
    rooms: ["domain"],
    packages: ["@baton/proto", "@grpc/grpc-js", "node:*"],
  },
  "conformance/checks": {
    at: "server/src/conformance/checks",
    about: "what a worker must do, one check for each rule",
    rooms: ["domain", "conformance/scene"],
    packages: ["@grpc/grpc-js", "node:crypto"],
  },
  conformance: {
    at: ["judge", "report", "command"].map((name) => `server/src/conformance/${name}.ts`),
    about: "runs the checks and reports",
    rooms: ["domain", "settings", "conformance/scene", "conformance/checks"],
    packages: ["node:util"],
  },
};
