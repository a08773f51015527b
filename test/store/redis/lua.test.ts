import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { QUEUE_KEY_ROLES } from "../../../server/src/store/redis/keys.ts";
import {
  DOCUMENT_LIBRARY,
  QUEUE_LIBRARY,
  REGISTRY_LIBRARY,
  TASK_LIBRARY,
} from "../../../server/src/store/redis/lua.generated.ts";
import { DOCUMENT_KEY_ROLES } from "../../../server/src/store/redis/scripts/document-scripts.ts";
import { SCRIPTS } from "../../../server/src/store/redis/scripts/scripts.ts";
import { redisBed } from "./redis-bed.ts";

const root = join(import.meta.dirname, "../../../server/src/store/redis/lua");
/** The libraries of scripts on a queue, and the folder of each. */
const QUEUE_LIBRARIES = [
  { library: TASK_LIBRARY, folder: "." },
  { library: QUEUE_LIBRARY, folder: "queues" },
] as const;
const scripts = QUEUE_LIBRARIES.flatMap(({ library, folder }) =>
  Object.entries(library.functions).map(([name, { flags }]) => ({ name, folder, flags })),
);

// What may store more than it removes must wait while a full Redis drains; the rest must not.
const GROWTH = ["report_progress_if_room", "settle_leases_if_room", "submit_tasks"];
const READS = [
  "count_deaths",
  "describe_sessions",
  "get_blockers",
  "get_settings",
  "get_tasks",
  "list_keys",
  "list_sessions",
  "list_tasks",
  "queue_stats",
  "session_ids",
];

const OTHER_GROWTH = ["put_documents_if_room", "enter_queues_if_room"];
const OTHER_READS = ["get_documents", "list_documents", "used_queues"];
const OTHER_LIBRARIES = { documents: DOCUMENT_LIBRARY, registry: REGISTRY_LIBRARY };

function fileOf(name: string): string {
  return `${name.replace(/_if_room$/, "")}.lua`;
}

/** The roles of the keys, by number, as a file states them. */
function keyRolesIn(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^-- KEYS\[\d+\] +(\w+)/gm)].map(([, role]) => role ?? "");
}

describe("The Lua scripts", () => {
  const bed = redisBed();

  it("are generated from their files and stand in the table under their names", () => {
    for (const { library, folder } of QUEUE_LIBRARIES) {
      const files = globSync("*.lua", { cwd: join(root, folder) }).sort();
      assert.deepEqual([...new Set(Object.keys(library.functions).map(fileOf))], files);
    }
    assert.deepEqual(Object.keys(SCRIPTS), scripts.map(({ name }) => name).sort());
    for (const [name, script] of Object.entries(SCRIPTS)) {
      assert.equal(script.name, name);
    }
  });

  it("have the keys that the tables say, in their order", () => {
    assert.deepEqual(keyRolesIn("lib/arguments.lua"), [...QUEUE_KEY_ROLES]);
    assert.equal(TASK_LIBRARY.keyCount, QUEUE_KEY_ROLES.length);
    assert.equal(QUEUE_LIBRARY.keyCount, QUEUE_KEY_ROLES.length);
    assert.deepEqual(keyRolesIn("lib/documents.lua"), [...DOCUMENT_KEY_ROLES]);
    assert.equal(DOCUMENT_LIBRARY.keyCount, DOCUMENT_KEY_ROLES.length);
  });

  for (const library of [TASK_LIBRARY, QUEUE_LIBRARY, DOCUMENT_LIBRARY, REGISTRY_LIBRARY]) {
    it(`are taken by Redis as one library, ${Object.keys(library.functions)[0]} and others`, async () => {
      assert.equal(await bed.redis.call("FUNCTION", "LOAD", library.text), library.name);
    });

    it(`never walk over everything, ${Object.keys(library.functions)[0]} and others`, () => {
      assert.doesNotMatch(library.text, /"(KEYS|SCAN|HGETALL)", (?!notices_key)/);
      assert.doesNotMatch(library.text, /"[LZ]RANGE", [^)]*, 0, -1\)/);
      assert.doesNotMatch(library.text, /error_reply|status_reply/);
    });
  }

  for (const { name, folder, flags } of scripts) {
    it(`${name} states its arguments, replies and guarantees`, () => {
      const text = readFileSync(join(root, folder, fileOf(name)), "utf8");
      const header = text.split("\n\n")[0] ?? "";
      assert.match(header, /^#!lua( flags=\S+)?( if_room)?\n-- [A-Z].+\n/);
      assert.match(header, /^-- RETURNS \{"ok", /m);
      assert.match(header, /^-- GUARANTEES (none|G\d+( G\d+)*)/m);
      const stated = [...header.matchAll(/^-- ARGV\[(\d+)/gm)].map(([, at]) => Number(at));
      const used = [...text.matchAll(/\bARGV\[(\d+)\]/g)].map(([, at]) => Number(at));
      assert.deepEqual(
        stated,
        stated.map((_, at) => 5 + at),
      );
      assert.ok(used.every((at) => at <= Math.max(0, ...stated)));
    });

    it(`${name} is let in by a full Redis only where it shrinks or reads`, () => {
      const expected = GROWTH.includes(name)
        ? []
        : [READS.includes(name) ? "no-writes" : "allow-oom"];
      assert.deepEqual([...flags], expected);
    });
  }

  for (const [folder, { functions }] of Object.entries(OTHER_LIBRARIES)) {
    for (const [name, { flags }] of Object.entries(functions)) {
      it(`${name} states its replies and guarantees, and is let in by a full Redis or not`, () => {
        const text = readFileSync(join(root, folder, fileOf(name)), "utf8");
        assert.match(text, /^-- RETURNS /m);
        assert.match(text, /^-- GUARANTEES (none|D\d( D\d)*)$/m);
        const shrinks = OTHER_READS.includes(name) ? ["no-writes"] : ["allow-oom"];
        assert.deepEqual([...flags], OTHER_GROWTH.includes(name) ? [] : shrinks);
      });
    }
  }
});
