import { domain, type Rooms } from "./room.ts";

/** What everything of the server stands on. */
export const ground: Rooms = {
  domain: {
    at: "server/src/domain",
    about: "tasks and their states, ids, limits, retries, errors, the clock's interface; pure",
    packages: ["node:crypto"],
  },
  "domain/schedules": {
    at: "server/src/domain/schedules",
    about: "what a schedule does next: cron and zones, ticks, steps, changes",
    rooms: ["domain"],
    packages: ["node:crypto", "croner"],
  },
  "domain/events": {
    at: "server/src/domain/events",
    about: "events and subscriptions, and how they are kept",
    rooms: ["domain"],
    packages: ["node:crypto"],
  },
  intake: {
    at: "server/src/intake",
    about: "what a request must be: checks field by field, defaults, texts of errors",
    rooms: domain,
    packages: ["node:buffer"],
  },
  log: { at: ["server/src/dispatch/log.ts"], about: "the log's interface" },
  settings: {
    at: "server/src/settings",
    about: "flags and variables, their help, and what of them may be shown",
    rooms: ["domain"],
    packages: ["node:util"],
  },
  processes: {
    at: "server/src/processes",
    about: "several processes on one port, signals, the order in which parts stop",
    rooms: ["domain", "log"],
    packages: ["node:cluster", "node:events"],
  },
  net: {
    at: "server/src/net",
    about: "takes connections, as many as may be, and keeps account of their peers' memory",
    rooms: ["domain", "log"],
    packages: ["node:net", "node:dns/promises"],
  },
};
