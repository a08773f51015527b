import assert from "node:assert/strict";
import fc from "fast-check";
import type { Events } from "../../../server/src/automation/events/contract.ts";
import { createEvents } from "../../../server/src/automation/events/events.ts";
import type { Schedules } from "../../../server/src/automation/schedules/contract.ts";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import type { BatonEvent } from "../../../server/src/domain/events/event.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { openWorld, processOf, tasksOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newDefinition, REPORTS } from "../../support/schedule-factory.ts";
import { newSpec } from "../../support/task-factory.ts";
import { settled } from "../../support/time/settled.ts";

const SECOND = 1_000;
const DISPATCHERS = 3;
const QUEUES = ["points", "stock"] as QueueName[];

/** What happens to the dispatchers, one thing after the other. */
type Blow =
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "publish"; readonly by: number; readonly id: number }
  | { readonly kind: "kill"; readonly who: number; readonly after: number; readonly done: boolean };

const who = fc.nat({ max: DISPATCHERS - 1 });
const BLOWS: fc.Arbitrary<Blow> = fc.oneof(
  fc.record({ kind: fc.constant("time"), ms: fc.integer({ min: 100, max: 3_000 }) } as const),
  fc.record({ kind: fc.constant("jump"), ms: fc.integer({ min: -60_000, max: 60_000 }) } as const),
  fc.record({ kind: fc.constant("publish"), by: who, id: fc.nat({ max: 20 }) } as const),
  fc.record({
    kind: fc.constant("kill"),
    who,
    after: fc.integer({ min: 1, max: 12 }),
    done: fc.boolean(),
  } as const),
);

/** A dispatcher that is started again each time that it dies. */
class Seat {
  readonly #world: World;
  #schedules: Schedules | null = null;
  #events: Events | null = null;
  #life = new Life();

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts a process that dies in its call of that number. */
  async start(life = new Life()): Promise<void> {
    await this.stop();
    this.#life = life;
    const parts = processOf(this.#world, life);
    this.#schedules = createSchedules(parts);
    this.#events = createEvents(parts);
    this.#schedules.start();
    this.#events.start();
  }

  /** Starts another where the process is dead. */
  async revive(): Promise<void> {
    if (this.#life.isOver) {
      await this.start();
    }
  }

  get events(): Events {
    assert.ok(this.#events !== null);
    return this.#events;
  }

  get schedules(): Schedules {
    assert.ok(this.#schedules !== null);
    return this.#schedules;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#schedules?.stop(), this.#events?.stop()]);
  }
}

async function pass(world: World, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 500) {
    world.clock.advance(Math.min(500, ms - passedMs));
    await settled();
  }
}

function eventOf(id: number): BatonEvent {
  return {
    id: `e${id}`,
    source: "/chaos",
    type: "paid",
    subject: "",
    dataContentType: "",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.from(String(id)),
  };
}

async function strike(blows: readonly Blow[]): Promise<void> {
  const world = openWorld();
  const seats = Array.from({ length: DISPATCHERS }, () => new Seat(world));
  await Promise.all(seats.map((seat) => seat.start()));
  const [first] = seats as [Seat];
  const startMs = world.clock.nowMs();
  await first.schedules.put(
    newDefinition({
      cadence: { kind: "fixed_rate", intervalMs: 5 * SECOND },
      overlapPolicy: "ALLOW",
      misfireThresholdMs: 86_400 * SECOND,
      shards: { kind: "static", total: 2 },
    }),
  );
  for (const queue of QUEUES) {
    const task = newSpec({ queue, payload: Buffer.alloc(0) });
    const wanted = { name: queue, eventType: "paid", source: "", attributes: {}, task };
    await first.events.putSubscription({ ...wanted, paused: false });
  }
  const durable = new Set<number>();
  let latestMs = startMs;
  for (const blow of blows) {
    switch (blow.kind) {
      case "time":
        await pass(world, blow.ms);
        break;
      case "jump":
        world.clock.jump(blow.ms);
        break;
      case "publish": {
        const [answer] = (await seats[blow.by]?.events.publish([eventOf(blow.id)])) ?? [];
        if (answer !== undefined && "taskIds" in answer) durable.add(blow.id);
        break;
      }
      case "kill":
        await seats[blow.who]?.start(new Life(blow.after, blow.done));
        break;
    }
    latestMs = Math.max(latestMs, world.clock.nowMs());
    await Promise.all(seats.map((seat) => seat.revive()));
  }
  await Promise.all(seats.map((seat) => seat.start()));
  // Back to the latest time that there was, so that what was claimed then is taken up again.
  world.clock.jump(Math.max(0, latestMs - world.clock.nowMs()));
  await pass(world, 12 * SECOND);
  await check(world, startMs, durable);
  await Promise.all(seats.map((seat) => seat.stop()));
  await world.store.close();
}

async function check(world: World, startMs: number, durable: ReadonlySet<number>): Promise<void> {
  const tasks = await tasksOf(world.store, REPORTS);
  const fired = tasks.map(({ spec }) => `${spec.headers["baton-fire-time"]} ${spec.shard?.index}`);
  const expected: string[] = [];
  const lastMs = world.clock.nowMs() - SECOND;
  for (let tick = startMs + 5 * SECOND; tick <= lastMs; tick += 5 * SECOND) {
    expected.push(`${new Date(tick).toISOString()} 0`, `${new Date(tick).toISOString()} 1`);
  }
  const inTime = fired.filter((text) => Date.parse(text.split(" ")[0] ?? "") <= lastMs).sort();
  assert.deepEqual(inTime, expected, "every tick has each of its shards once");
  for (const queue of QUEUES) {
    const made = (await tasksOf(world.store, queue)).map(({ spec }) => spec.headers["ce-id"]);
    assert.equal(new Set(made).size, made.length, "no event made two tasks");
    const missing = [...durable].filter((id) => !made.includes(`e${id}`));
    assert.deepEqual(missing, [], "every answered event made its task");
  }
}

describe("Three dispatchers", () => {
  it("fire every tick and deliver every event once, through kills and jumps of the clock", function () {
    this.timeout(120_000);
    return fc.assert(fc.asyncProperty(fc.array(BLOWS, { minLength: 5, maxLength: 30 }), strike), {
      numRuns: 60,
    });
  });
});
