import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";

// A test file whose store does not start, for the test of what is then told.
describe("A store that does not start", () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedis({ args: ["--no-such-option", "1"] });
  });
  after(() => redis?.stop());

  it("is never asked", () => redis.signal("SIGCONT"));
});
