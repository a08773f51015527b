import type { Rooms } from "./room.ts";

const redisBase = [
  "domain",
  "domain/specs",
  "domain/attempts",
  "domain/flow",
  "store",
  "store/redis/keys",
];
const sqliteBase = [
  "domain",
  "domain/specs",
  "domain/attempts",
  "domain/flow",
  "store",
  "store/sqlite/errors",
];

/** The interface to a store, and the two stores. */
export const stores: Rooms = {
  store: {
    at: [
      "server/src/store/around-store.ts",
      "server/src/store/store.ts",
      "server/src/store/store-errors.ts",
      "server/src/store/list-query.ts",
      "server/src/store/deaths.ts",
      "server/src/store/queue-stats.ts",
      "server/src/store/sessions.ts",
      "server/src/store/workers.ts",
      "server/src/store/flow.ts",
      "server/src/store/moves.ts",
      "server/src/store/settlements.ts",
    ],
    about: "the interface of a store of tasks and leases; its guarantees by number",
    rooms: ["domain", "domain/flow"],
  },
  documents: {
    at: ["server/src/store/documents.ts", "server/src/store/document-room.ts"],
    about: "the interface for documents: what a store keeps that is neither task nor lease",
    rooms: ["domain", "store"],
  },
  "store/redis/keys": {
    at: [
      "server/src/store/redis/flow-digest.ts",
      "server/src/store/redis/keys.ts",
      "server/src/store/redis/lua.generated.ts",
    ],
    about: "the names and digests of keys; the generated text of the Lua functions",
    rooms: ["domain"],
    packages: ["node:crypto"],
  },
  "store/redis/client": {
    at: "server/src/store/redis/client",
    about:
      "connects to Redis; loads and calls its functions; sends batches and hints; translates errors",
    rooms: redisBase,
    packages: ["ioredis", "node:crypto"],
  },
  "store/redis/packing": {
    at: "server/src/store/redis/scripts/packing",
    about: "packs tasks, settlements and settings as the Lua functions read them",
    rooms: [...redisBase, "store/redis/client"],
  },
  "store/redis/scripts": {
    at: "server/src/store/redis/scripts",
    about: "encodes the arguments of each Lua function and decodes its answer",
    rooms: [...redisBase, "store/redis/client", "store/redis/packing"],
  },
  "store/redis/parts": {
    at: [
      "server/src/store/redis/flow.ts",
      "server/src/store/redis/key-listing.ts",
      "server/src/store/redis/listing.ts",
      "server/src/store/redis/queue-registry.ts",
      "server/src/store/redis/rests.ts",
      "server/src/store/redis/room.ts",
      "server/src/store/redis/sweep.ts",
      "server/src/store/redis/workers.ts",
    ],
    about: "lists tasks and workers, registers queues, sweeps, watches whether Redis has room",
    rooms: [...redisBase, "store/redis/client", "store/redis/scripts"],
    packages: ["ioredis"],
  },
  "store/redis/partitions": {
    at: "server/src/store/redis/partitions",
    about: "spreads one queue over several slots of a cluster",
    rooms: [
      ...redisBase,
      "store/redis/client",
      "store/redis/packing",
      "store/redis/scripts",
      "store/redis/parts",
    ],
    packages: ["node:crypto"],
  },
  "store/redis": {
    at: [
      "server/src/store/redis/documents.ts",
      "server/src/store/redis/open-redis-store.ts",
      "server/src/store/redis/redis-store.ts",
    ],
    about: "the store on Redis, put together",
    rooms: [
      ...redisBase,
      "documents",
      "store/redis/client",
      "store/redis/scripts",
      "store/redis/parts",
      "store/redis/partitions",
    ],
    packages: ["ioredis"],
  },
  "store/sqlite/errors": {
    at: ["server/src/store/sqlite/sqlite-error.ts"],
    about: "translates SQLite's errors",
    rooms: ["store"],
  },
  "store/sqlite/migrations": {
    at: "server/src/store/sqlite/file/migrations",
    about: "creates the tables, one step a file",
  },
  "store/sqlite/file": {
    at: "server/src/store/sqlite/file",
    about: "guards the file: header, lock, reserve on the disk, migrations",
    rooms: [...sqliteBase, "store/sqlite/migrations"],
    packages: ["node:sqlite", "node:fs", "node:crypto"],
  },
  "store/sqlite/statements": {
    at: "server/src/store/sqlite/statements",
    about: "the statements, by what they are about, and the rows that they return",
    rooms: sqliteBase,
    packages: ["node:sqlite"],
  },
  "store/sqlite/client": {
    at: "server/src/store/sqlite/client",
    about: "opens the database; gathers calls into transactions",
    rooms: [...sqliteBase, "store/sqlite/file", "store/sqlite/statements"],
    packages: ["node:sqlite"],
  },
  "store/sqlite/flow": {
    at: "server/src/store/sqlite/flow",
    about: "keeps the lines that tasks wait in, and says what a queue and a key may lease",
    rooms: [...sqliteBase, "store/sqlite/statements", "store/sqlite/client"],
  },
  "store/sqlite/operations": {
    at: "server/src/store/sqlite/operations",
    about: "what a transaction does, one file each: submit, settle, cancel, sweep …",
    rooms: [...sqliteBase, "store/sqlite/statements", "store/sqlite/client", "store/sqlite/flow"],
  },
  "store/sqlite/moves": {
    at: "server/src/store/sqlite/moves",
    about: "what operators do to tasks: redrive, run now, delete",
    rooms: [
      ...sqliteBase,
      "store/sqlite/statements",
      "store/sqlite/client",
      "store/sqlite/flow",
      "store/sqlite/operations",
    ],
  },
  "store/sqlite/leasing": {
    at: "server/src/store/sqlite/leasing",
    about: "what a lease call does: picks tasks in order, deals between lanes",
    rooms: [
      ...sqliteBase,
      "store/sqlite/statements",
      "store/sqlite/client",
      "store/sqlite/flow",
      "store/sqlite/operations",
    ],
  },
  "store/sqlite": {
    at: [
      "server/src/store/sqlite/documents.ts",
      "server/src/store/sqlite/open.ts",
      "server/src/store/sqlite/sqlite-store.ts",
    ],
    about: "the store on SQLite, put together",
    rooms: [
      ...sqliteBase,
      "documents",
      "store/sqlite/file",
      "store/sqlite/statements",
      "store/sqlite/client",
      "store/sqlite/flow",
      "store/sqlite/operations",
      "store/sqlite/moves",
      "store/sqlite/leasing",
    ],
    packages: ["node:sqlite", "node:fs", "node:path"],
  },
};
