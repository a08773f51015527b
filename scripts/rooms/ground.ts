import type { Rooms } from "./room.ts";

/** What everything of the server stands on. */
export const ground: Rooms = {
  domain: {
    at: "server/src/domain",
    about: "what is decided without asking anybody: tasks, states, ids, limits, retries, errors",
    packages: ["node:crypto"],
  },
  "domain/specs": {
    at: "server/src/domain/specs",
    about:
      "encodes what a submitter asked for, and tells it from what was asked under the same request id",
    rooms: ["domain"],
    packages: ["node:util"],
  },
  "domain/attempts": {
    at: "server/src/domain/attempts",
    about: "what is kept of a task's past attempts, and how it is told",
    rooms: ["domain"],
  },
  "domain/flow": {
    at: "server/src/domain/flow",
    about: "decides how a queue flows: settings, rates, the fair shares of keys",
    rooms: ["domain"],
  },
  "domain/schedules": {
    at: "server/src/domain/schedules",
    about: "decides what a schedule does next: cron, time zones, ticks, steps",
    rooms: ["domain", "domain/specs", "domain/flow"],
    packages: ["node:crypto", "croner"],
  },
  "domain/events": {
    at: "server/src/domain/events",
    about: "what events and subscriptions are, and how they are encoded for the store",
    rooms: ["domain", "domain/specs", "domain/flow"],
    packages: ["node:crypto"],
  },
  "domain/operations": {
    at: "server/src/domain/operations",
    about: "what is done to many tasks at once, how far it has come, and how fast it may go on",
    rooms: ["domain"],
  },
  log: { at: ["server/src/dispatch/log.ts"], about: "the interface of the log" },
  settings: {
    at: "server/src/settings",
    about:
      "flags and environment variables, their defaults and help; decides which of them may be shown",
    rooms: ["domain"],
    packages: ["node:util"],
  },
  processes: {
    at: "server/src/processes",
    about: "runs several processes on one port, takes signals, stops the parts in order",
    rooms: ["domain", "log"],
    packages: ["node:cluster", "node:events"],
  },
  net: {
    at: "server/src/net",
    about: "accepts connections, bounds their number and their memory for each peer",
    rooms: ["domain", "log"],
    packages: ["node:net", "node:dns/promises"],
  },
};
