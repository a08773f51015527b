import { systemClock } from "@baton/proto/shared";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import { newTask } from "../task-factory.ts";

// Opens a store for as long as it lives, and says so: the other process of the tests of the file's lock.
const path = process.argv[2] ?? "";
const store = openSqliteStore({ path, clock: systemClock, synchronous: "NORMAL" });
await store.submit([newTask()]);
console.log("open");
process.once("disconnect", () => process.exit());
process.channel?.ref();
