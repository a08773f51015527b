import assert from "node:assert/strict";
import { Redis } from "ioredis";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { openRedis } from "../../../../server/src/store/redis/open-redis-store.ts";
import {
  BatchError,
  type ItemResult,
  type Store,
  StoreError,
} from "../../../../server/src/store/store.ts";
import { startCluster, type TestCluster } from "../../../support/redis/redis-cluster.ts";
import type { RedisServer } from "../../../support/redis/redis-server.ts";
import { newTask } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import { openSession } from "../../conformance/actions.ts";

const QUEUES = Array.from({ length: 12 }, (_, index) => `queue-${index}` as QueueName);
/** More than the store's own for a command. */
const PATIENCE_MS = 4_000;

describe("On a cluster of which a master is away, and that serves the other slots,", function () {
  this.timeout(60_000);

  let cluster: TestCluster;
  let store: Store;
  let dead: RedisServer;
  let isDead: boolean[];
  const broken: string[] = [];

  before(async () => {
    cluster = await startCluster({ isPartial: true });
    ({ store } = await openRedis({
      url: cluster.url,
      onConnectionError: ({ message }) => broken.push(message),
    }));
    // Each queue is followed, and its name entered, while all masters live.
    for (const queue of QUEUES) {
      await openSession(store, { queue });
    }
    await store.submit(QUEUES.map((queue) => newTask({ queue })));
    const masters = await Promise.all(QUEUES.map((queue) => cluster.masterOf(queue)));
    // Not the registry's, which a queue that is new has to be entered in.
    const registry = await cluster.masterOf("b:queues");
    dead = masters.find((master) => master !== registry) as RedisServer;
    isDead = masters.map((master) => master === dead);
  });

  beforeEach(() => dead.kill());

  afterEach(async () => {
    await dead?.start();
    await eventually(() => submitEach(), { withinMs: 20_000 });
  });

  after(async () => {
    await store?.close();
    await cluster?.stop();
  });

  function submitEach() {
    return store.submit(QUEUES.map((queue) => newTask({ queue })));
  }

  /** What became of a task of each queue. */
  async function resultsOfSubmit(): Promise<readonly ItemResult<unknown>[]> {
    const error = await submitEach().then(
      () => assert.fail("nothing failed"),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof BatchError);
    assert.equal(error.kind, "unknown");
    return error.results;
  }

  it("a batch says of each item what became of it", async () => {
    // What was under way on the connection that broke may have been done.
    await resultsOfSubmit();
    const results = await resultsOfSubmit();
    results.forEach((result, at) => {
      const kind = result instanceof StoreError ? result.kind : (result as { kind: string }).kind;
      assert.equal(kind, isDead[at] ? "unavailable" : "created");
    });
  });

  it("a call to a slot of its fails in no time, again and again", async () => {
    const queue = QUEUES[isDead.indexOf(true)] as QueueName;
    await eventually(() => assert.rejects(store.sessions(queue), { kind: "unavailable" }));
    const startMs = performance.now();
    for (let call = 0; call < 100; call += 1) {
      await assert.rejects(store.sessions(queue), { kind: "unavailable" });
    }
    assert.ok(performance.now() - startMs < PATIENCE_MS);
  });

  it("the others are not asked for the map of slots more than about once a second", async () => {
    const living = cluster.nodes.filter((node) => node !== dead);
    broken.length = 0;
    const before = await Promise.all(living.map(slotReads));
    const startMs = performance.now();
    await eventually(() => assert.ok(performance.now() - startMs > 3_000), { withinMs: 4_000 });
    const after = await Promise.all(living.map(slotReads));
    const seconds = (performance.now() - startMs) / 1_000;
    const reads = sum(after) - sum(before);
    assert.ok(reads <= 2 * (seconds + 2), `${reads} reads in ${seconds} s`);
    assert.ok(broken.length <= 4 * (seconds + 2), `${broken.length} errors in ${seconds} s`);
  });
});

async function slotReads({ port }: RedisServer): Promise<number> {
  const client = new Redis(port, "127.0.0.1");
  try {
    return Number(/cluster\|slots:calls=(\d+)/.exec(await client.info("commandstats"))?.[1] ?? 0);
  } finally {
    client.disconnect();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
