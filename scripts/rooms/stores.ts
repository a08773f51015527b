import type { Rooms } from "./room.ts";

const redisBase = ["domain", "store", "store/redis/keys"];
const sqliteBase = ["domain", "store", "store/sqlite/errors"];

/** The interface to a store, and the two stores. */
export const stores: Rooms = {
  store: {
    at: [
      "server/src/store/store.ts",
      "server/src/store/store-errors.ts",
      "server/src/store/list-query.ts",
      "server/src/store/queue-stats.ts",
      "server/src/store/settlements.ts",
    ],
    about: "the interface to a store of tasks and leases: its guarantees by number",
    rooms: ["domain"],
  },
  documents: {
    at: ["server/src/store/documents.ts", "server/src/store/document-room.ts"],
    about: "the interface to what is neither task nor lease: documents by name",
    rooms: ["domain", "store"],
  },
  "store/redis/keys": {
    at: ["server/src/store/redis/keys.ts", "server/src/store/redis/lua.generated.ts"],
    about: "the names of keys, and the generated text of the Lua functions",
    rooms: ["domain"],
  },
  "store/redis/client": {
    at: "server/src/store/redis/client",
    about: "connections to Redis, its functions, batches, hints, errors",
    rooms: redisBase,
    packages: ["ioredis", "node:crypto"],
  },
  "store/redis/scripts": {
    at: "server/src/store/redis/scripts",
    about: "what each Lua function is given and answers",
    rooms: [...redisBase, "store/redis/client"],
  },
  "store/redis/parts": {
    at: [
      "server/src/store/redis/listing.ts",
      "server/src/store/redis/queue-registry.ts",
      "server/src/store/redis/rests.ts",
      "server/src/store/redis/room.ts",
      "server/src/store/redis/sweep.ts",
    ],
    about: "lists, the register of queues, sweeps, room in a full Redis",
    rooms: [...redisBase, "store/redis/client", "store/redis/scripts"],
    packages: ["ioredis"],
  },
  "store/redis/partitions": {
    at: "server/src/store/redis/partitions",
    about: "one queue over several slots of a cluster",
    rooms: [...redisBase, "store/redis/client", "store/redis/scripts", "store/redis/parts"],
  },
  "store/redis": {
    at: [
      "server/src/store/redis/documents.ts",
      "server/src/store/redis/open-redis-store.ts",
      "server/src/store/redis/redis-store.ts",
    ],
    about: "the store on Redis",
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
    about: "what an error of SQLite means to a store",
    rooms: ["store"],
  },
  "store/sqlite/migrations": {
    at: "server/src/store/sqlite/file/migrations",
    about: "the tables, one step a file",
  },
  "store/sqlite/file": {
    at: "server/src/store/sqlite/file",
    about: "the file: its header, lock, guard, reserve, migrations",
    rooms: [...sqliteBase, "store/sqlite/migrations"],
    packages: ["node:sqlite", "node:fs", "node:crypto"],
  },
  "store/sqlite/client": {
    at: "server/src/store/sqlite/client",
    about: "the database, its statements, its transactions in turns",
    rooms: [...sqliteBase, "store/sqlite/file"],
    packages: ["node:sqlite"],
  },
  "store/sqlite/operations": {
    at: "server/src/store/sqlite/operations",
    about: "what is done within a transaction: submit, lease, settle, sweep …",
    rooms: [...sqliteBase, "store/sqlite/client"],
  },
  "store/sqlite": {
    at: [
      "server/src/store/sqlite/documents.ts",
      "server/src/store/sqlite/open.ts",
      "server/src/store/sqlite/sqlite-store.ts",
    ],
    about: "the store on SQLite",
    rooms: [
      ...sqliteBase,
      "documents",
      "store/sqlite/file",
      "store/sqlite/client",
      "store/sqlite/operations",
    ],
    packages: ["node:sqlite", "node:fs", "node:path"],
  },
};
