import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { DOCUMENT_KEY_ROLES } from "../../server/src/store/redis/document-scripts.ts";
import { DOCUMENT_LUA, LUA } from "../../server/src/store/redis/lua.generated.ts";
import { SCRIPTS } from "../../server/src/store/redis/scripts.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

const root = join(import.meta.dirname, "../../server/src/store/redis/lua");
const files = globSync("*.lua", { cwd: root }).sort();
const names = Object.keys(LUA) as (keyof typeof LUA)[];

// What stores more than it removes must wait while a full Redis drains; the rest must not.
const GROWTH = ["lease_tasks", "report_progress", "submit_tasks"];
const READS = ["get_tasks", "list_sessions", "list_tasks", "queue_stats"];

const DOCUMENT_GROWTH = ["put_documents"];
const DOCUMENT_READS = ["get_documents", "list_documents"];

describe("The Lua scripts", () => {
  let server: RedisServer;
  let redis: Redis;

  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });

  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  it("are generated from their files and stand in the table under their names", () => {
    assert.deepEqual(
      names.map((name) => `${name}.lua`),
      files,
    );
    assert.deepEqual(Object.keys(SCRIPTS), names);
    for (const [name, script] of Object.entries(SCRIPTS)) {
      assert.equal(script.name, name);
    }
  });

  for (const name of names) {
    const { text, flags, keys } = LUA[name];

    it(`${name} states its keys as the table does, its arguments, replies and guarantees`, () => {
      assert.deepEqual([...SCRIPTS[name].keys], [...keys]);
      const header = readFileSync(join(root, `${name}.lua`), "utf8").split("\n\n")[0] ?? "";
      assert.match(header, /^#!lua( flags=\S+)?\n-- [A-Z].+\n/);
      assert.match(header, /^-- RETURNS \{"ok", /m);
      assert.match(header, /^-- GUARANTEES (none|G\d+( G\d+)*)/m);
      const stated = [...text.matchAll(/^-- ARGV\[(\d+)/gm)]
        .map(([, at]) => Number(at))
        .sort((a, b) => a - b);
      const used = [...text.matchAll(/\bARGV\[(\d+)\]/g)].map(([, at]) => Number(at));
      const last = Math.max(...stated);
      assert.deepEqual(
        stated,
        Array.from({ length: last }, (_, at) => at + 1),
      );
      assert.ok(used.every((at) => at <= last));
    });

    it(`${name} is let in by a full Redis only where it shrinks or reads`, () => {
      const expected = GROWTH.includes(name)
        ? []
        : [READS.includes(name) ? "no-writes" : "allow-oom"];
      assert.deepEqual([...flags], expected);
    });

    it(`${name} is taken by Redis and never walks over everything`, async () => {
      assert.match(String(await redis.script("LOAD", text)), /^[0-9a-f]{40}$/);
      assert.doesNotMatch(text, /"(KEYS|SCAN|HGETALL)", (?!notices_key)/);
      assert.doesNotMatch(text, /"[LZ]RANGE", [^)]*, 0, -1\)/);
      assert.doesNotMatch(text, /error_reply|status_reply/);
    });
  }

  for (const [name, { text, flags, keys }] of Object.entries(DOCUMENT_LUA)) {
    it(`${name} states its keys, replies and guarantees, and is let in by a full Redis or not`, async () => {
      assert.deepEqual([...keys], [...DOCUMENT_KEY_ROLES]);
      assert.match(text, /^-- RETURNS /m);
      assert.match(text, /^-- GUARANTEES (none|D\d( D\d)*)$/m);
      const shrinks = DOCUMENT_READS.includes(name) ? ["no-writes"] : ["allow-oom"];
      assert.deepEqual([...flags], DOCUMENT_GROWTH.includes(name) ? [] : shrinks);
      assert.match(String(await redis.script("LOAD", text)), /^[0-9a-f]{40}$/);
    });
  }
});
