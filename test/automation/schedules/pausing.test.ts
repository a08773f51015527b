import assert from "node:assert/strict";
import type { Schedules } from "../../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import { openRedis } from "../../../server/src/store/redis/open-redis-store.ts";
import { openWorld, processOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { newDefinition } from "../../support/schedule-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { settled } from "../../support/time/settled.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const EVERY_MINUTE = newDefinition({
  cadence: { kind: "fixed_rate", intervalMs: MINUTE },
  overlapPolicy: "ALLOW",
  misfirePolicy: "CATCH_UP",
});

/** A world whose time a test moves. */
interface DrivenWorld extends World {
  readonly clock: ManualClock;
}

describe("A schedule that is paused", () => {
  let redis: RedisServer;
  const running: Schedules[] = [];
  const worlds: World[] = [];

  before(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((schedules) => schedules.stop()));
    await Promise.all(worlds.splice(0).map(({ store }) => store.close()));
  });

  after(() => redis?.stop());

  const open: Readonly<Record<string, () => Promise<DrivenWorld>>> = {
    SQLite: async () => openWorld(),
    Redis: async () => {
      const clock = new ManualClock();
      const beginMs = clock.nowMs();
      const clockOffset = () => clock.nowMs() - beginMs;
      return { clock, ...(await openRedis({ url: redis.url, prefix: "pausing-", clockOffset })) };
    },
  };

  function start(world: World, life = new Life()): Schedules {
    const schedules = createSchedules(processOf(world, life));
    schedules.start();
    running.push(schedules);
    return schedules;
  }

  async function advance({ clock }: DrivenWorld, ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) {
      clock.advance(500);
      await settled();
    }
  }

  /** Waits, in driven time, until it has fired so often, and sees that it does not more often. */
  async function fires(world: DrivenWorld, schedules: Schedules, count: number): Promise<void> {
    const look = async () => {
      await advance(world, SECOND);
      assert.equal((await schedules.firings("report")).length, count);
    };
    await eventually(look, { withinMs: 10_000 });
    await advance(world, 5 * SECOND);
    assert.equal((await schedules.firings("report")).length, count);
  }

  for (const [name, openStore] of Object.entries(open)) {
    it(`fires what it owes, on ${name}, also where the dispatcher dies that was told`, async () => {
      const world = await openStore();
      worlds.push(world);
      // Never begins to sweep, as one that is killed at once.
      const dying = createSchedules(processOf(world, new Life()));
      await dying.put(EVERY_MINUTE);
      world.clock.advance(3 * MINUTE + SECOND);
      const { state } = await dying.setPaused("report", true);
      assert.notEqual(state.pausedAtMs, null);
      world.clock.advance(MINUTE + 30 * SECOND);
      const schedules = start(world);
      await fires(world, schedules, 3);
      await advance(world, 2 * MINUTE);
      await fires(world, schedules, 3);
      await schedules.setPaused("report", false);
      await advance(world, MINUTE);
      await fires(world, schedules, 4);
    }).timeout(60_000);
  }

  it("owes the same wherever the dispatcher dies that was told", async () => {
    for (let call = 1; call <= 8; call += 1) {
      for (const isDone of [false, true]) {
        const world = openWorld();
        worlds.push(world);
        const first = createSchedules(processOf(world, new Life()));
        await first.put(EVERY_MINUTE);
        world.clock.advance(3 * MINUTE + SECOND);
        const life = new Life(call, isDone);
        const dying = start(world, life);
        void dying.setPaused("report", true).catch(() => undefined);
        await settled();
        await first.setPaused("report", true);
        world.clock.advance(MINUTE + 30 * SECOND);
        await fires(world, start(world), 3);
      }
    }
  }).timeout(60_000);
});
