import assert from "node:assert/strict";
import { FiringRoom } from "../../../server/src/automation/schedules/firing-room.ts";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { openWorld, processOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newDefinition, REPORTS } from "../../support/schedule-factory.ts";
import { newSpec } from "../../support/task-factory.ts";
import { deferred } from "../../support/time/deferred.ts";
import { settled } from "../../support/time/settled.ts";

const MEBIBYTE = 1024 * 1024;

describe("A firing of many shards", () => {
  let world: World;
  let pieces: { readonly tasks: number; readonly bytes: number }[];
  let mostUnderWay: number;

  beforeEach(() => {
    world = openWorld();
    pieces = [];
    mostUnderWay = 0;
  });
  afterEach(() => world?.store.close());

  const open = () => {
    const parts = processOf(world, new Life());
    let underWay = 0;
    const submit: Dispatcher["submit"] = (batch, done) => {
      const bytes = batch.reduce((sum, { spec }) => sum + spec.payload.length, 0);
      pieces.push({ tasks: batch.length, bytes });
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      parts.dispatcher.submit(batch, (answer) => {
        underWay -= 1;
        done(answer);
      });
    };
    return createSchedules({ ...parts, dispatcher: { submit } });
  };
  const sharded = (total: number, payloadBytes: number, name = "report") =>
    newDefinition({
      name,
      task: newSpec({ queue: REPORTS, payload: Buffer.alloc(payloadBytes) }),
      shards: { kind: "static", total },
      overlapPolicy: "ALLOW",
    });
  const submitted = (): number => pieces.reduce((sum, { tasks }) => sum + tasks, 0);

  it("is submitted by few tasks at a time", async () => {
    const schedules = open();
    await schedules.put(sharded(1_000, 10));
    const { tasks } = await schedules.trigger("report", "first");
    assert.equal(tasks, 1_000);
    assert.deepEqual(
      pieces.map((piece) => piece.tasks),
      [250, 250, 250, 250],
    );
  });

  it("is submitted by few bytes at a time, two pieces of all firings at once", async function () {
    this.timeout(20_000);
    const schedules = open();
    const names = ["a", "b", "c"];
    for (const name of names) {
      await schedules.put(sharded(10, MEBIBYTE, name));
    }
    await Promise.all(names.map((name) => schedules.trigger(name, "first")));
    assert.equal(submitted(), 30);
    assert.ok(pieces.every(({ bytes }) => bytes <= 4 * MEBIBYTE));
    assert.ok(mostUnderWay <= 2, `${mostUnderWay} pieces at a time`);
  });

  it("is carried out once, however many of its dispatcher's callers wait for it", async () => {
    const schedules = open();
    await schedules.put(sharded(100, 10));
    const ids = Array.from({ length: 10 }, (_, id) => `t${id}`);
    let isOver = false;
    const all = Promise.all(ids.map((id) => schedules.trigger("report", id))).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      world.clock.advance(20);
      await settled();
    }
    assert.equal((await all).length, 10);
    assert.equal(submitted(), 10 * 100);
  });

  it("is not triggered where triggered ones make as many tasks as may be under way", async () => {
    const room = new FiringRoom();
    const large = sharded(64, MEBIBYTE - 1024);
    const running = Array.from({ length: 4 }, () => deferred<string>());
    const fired = running.map(({ promise }) => room.run(large, () => promise));
    await assert.rejects(
      room.run(sharded(1, 10), () => Promise.resolve()),
      (error) => {
        assert.ok(error instanceof TaskError);
        assert.equal(error.reason, "TRIGGERS_FULL");
        return (error.retryAfterMs ?? 0) > 0;
      },
    );
    running[0]?.resolve("stored");
    await fired[0];
    assert.equal(await room.run(large, () => Promise.resolve("fired")), "fired");
    for (const { resolve } of running) {
      resolve("stored");
    }
    await Promise.all(fired);
  });
});
