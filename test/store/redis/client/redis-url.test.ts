import assert from "node:assert/strict";
import { parseRedisUrl, shownTarget } from "../../../../server/src/store/redis/client/url.ts";

const PLAIN = { username: "", password: "", isTls: false };

describe("A Redis store's URL", () => {
  it("names one server, with its database and credentials", () => {
    assert.deepEqual(parseRedisUrl("redis://localhost"), {
      ...PLAIN,
      kind: "single",
      address: { host: "localhost", port: 6379 },
      db: 0,
    });
    assert.deepEqual(parseRedisUrl("rediss://me:p%40ss@[::1]:7000/3"), {
      kind: "single",
      address: { host: "::1", port: 7000 },
      db: 3,
      username: "me",
      password: "p@ss",
      isTls: true,
    });
  });

  it("names some nodes of a cluster", () => {
    assert.deepEqual(parseRedisUrl("redis-cluster://:secret@a:1,b:2,c"), {
      ...PLAIN,
      password: "secret",
      kind: "cluster",
      nodes: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
        { host: "c", port: 6379 },
      ],
    });
  });

  it("names a master and its sentinels", () => {
    assert.deepEqual(parseRedisUrl("redis-sentinel://main:secret@a:1,b/2"), {
      ...PLAIN,
      password: "secret",
      kind: "sentinel",
      master: "main",
      sentinels: [
        { host: "a", port: 1 },
        { host: "b", port: 26379 },
      ],
      db: 2,
    });
  });

  it("may end with a slash", () => {
    assert.deepEqual(parseRedisUrl("redis://a:1/"), parseRedisUrl("redis://a:1"));
    assert.deepEqual(
      parseRedisUrl("redis-cluster://a:1,b:2/"),
      parseRedisUrl("redis-cluster://a:1,b:2"),
    );
  });

  const WRONG = [
    "",
    "redis",
    "http://localhost",
    "redis://",
    "redis://a,b",
    "redis://a:0",
    "redis://a:65536",
    "redis://a:b",
    "redis://a/b",
    "redis://a b",
    "redis://x:%ZZ@a",
    "redis-cluster://a/1",
    "redis-sentinel://a:1",
  ];
  for (const url of WRONG) {
    it(`is refused in one line where it is ${JSON.stringify(url)}`, () => {
      assert.throws(() => parseRedisUrl(url), { name: "StoreOpenError", message: /^[^\n]+$/ });
    });
  }

  it("is shown without its password", () => {
    assert.throws(
      () => parseRedisUrl("redis://me:secret@a b"),
      (error: Error) => !error.message.includes("secret"),
    );
    const shown = shownTarget(parseRedisUrl("redis-cluster://me:secret@a:1,b:2"));
    assert.equal(shown, "the cluster a:1, b:2");
  });
});
