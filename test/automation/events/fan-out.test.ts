import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import { createEvents } from "../../../server/src/automation/events/events.ts";
import { Subscriptions } from "../../../server/src/automation/events/subscriptions.ts";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import { UndecodableLog } from "../../../server/src/dispatch/store-calls/undecodable-log.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { BatonEvent, Subscription } from "../../../server/src/domain/events/event.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { Documents } from "../../../server/src/store/documents.ts";
import { openWorld, processOf, silent, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newSpec } from "../../support/task-factory.ts";

const MEBIBYTE = 1024 * 1024;
const QUEUE = "points" as QueueName;
const { maxEventSubscriptions, maxTasksOfPublish } = LIMITS;

function event(id: number, dataBytes = 0): BatonEvent {
  return {
    id: String(id),
    source: "/orders",
    type: "paid",
    subject: "",
    dataContentType: "",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.alloc(dataBytes),
  };
}

function subscription(name: string, headerBytes = 0): Subscription {
  const headers = headerBytes === 0 ? {} : { padding: "x".repeat(headerBytes) };
  return {
    name,
    eventType: "paid",
    source: "",
    attributes: {},
    task: newSpec({ queue: QUEUE, payload: Buffer.alloc(0), headers }),
    paused: false,
  };
}

describe("An event that many want", () => {
  let world: World;
  beforeEach(() => {
    world = openWorld();
  });
  afterEach(() => world?.store.close());

  const subscriptionsOn = (documents: Documents): Subscriptions =>
    new Subscriptions(
      documents,
      world.clock,
      new UndecodableLog({ clock: world.clock, log: silent }),
    );
  const subscribe = async (count: number): Promise<Subscriptions> => {
    const all = subscriptionsOn(world.documents);
    for (let n = 0; n < count; n += 1) {
      await all.put(subscription(`s${n}`));
    }
    return all;
  };

  it("is stored and delivered in pieces, so that others' submits have their turn", async function () {
    this.timeout(20_000);
    await subscribe(100);
    const parts = processOf(world, new Life());
    const submits: number[] = [];
    const puts: number[] = [];
    let underWay = 0;
    let mostUnderWay = 0;
    const submit: Dispatcher["submit"] = (batch, done) => {
      submits.push(batch.length);
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      parts.dispatcher.submit(batch, (answer) => {
        underWay -= 1;
        done(answer);
      });
    };
    const put: Documents["put"] = (collection, batch) => {
      puts.push(batch.length);
      return parts.documents.put(collection, batch);
    };
    const documents = new Proxy(parts.documents, {
      get: (target, name) => (name === "put" ? put : Reflect.get(target, name)),
    });
    const events = createEvents({ ...parts, documents, dispatcher: { submit } });

    const published = await events.publish(Array.from({ length: 30 }, (_, id) => event(id)));
    assert.ok(published.every((answer) => !(answer instanceof TaskError)));
    await events.stop();
    assert.equal(
      submits.reduce((sum, tasks) => sum + tasks, 0),
      3_000,
    );
    assert.ok(Math.max(...submits) <= 250, `${Math.max(...submits)} tasks at a time`);
    assert.ok(mostUnderWay <= 2, `${mostUnderWay} pieces at a time`);
    assert.ok(Math.max(...puts) <= 10, `${Math.max(...puts)} events, each of 100 tasks, at a time`);
  });

  it("is delivered by few bytes at a time", async () => {
    await subscribe(10);
    const parts = processOf(world, new Life());
    const bytes: number[] = [];
    const submit: Dispatcher["submit"] = (batch, done) => {
      bytes.push(batch.reduce((sum, { spec }) => sum + spec.payload.length, 0));
      parts.dispatcher.submit(batch, done);
    };
    const events = createEvents({ ...parts, dispatcher: { submit } });
    await events.publish([event(1, MEBIBYTE)]);
    await events.stop();
    assert.deepEqual(bytes, [4 * MEBIBYTE, 4 * MEBIBYTE, 2 * MEBIBYTE]);
  });

  it("is refused where the events before it in its batch make too many tasks", async function () {
    this.timeout(30_000);
    const each = 250;
    await subscribe(each);
    const taken = maxTasksOfPublish / each;
    const events = createEvents(processOf(world, new Life()));
    const batch = Array.from({ length: taken + 2 }, (_, id) => event(id));
    const answers = await events.publish(batch);
    const refused = answers.flatMap((answer, at) => (answer instanceof TaskError ? [at] : []));
    assert.deepEqual(refused, [taken, taken + 1]);
    const [last] = answers.slice(-1);
    assert.ok(last instanceof TaskError && last.reason === "BATCH_FULL");
    const [again] = await events.publish(batch.slice(-1));
    assert.ok(!(again instanceof TaskError));
    await events.stop();
  });

  it("is wanted by a thousand subscriptions at most", async function () {
    this.timeout(20_000);
    const all = await subscribe(maxEventSubscriptions);
    await assert.rejects(
      all.put(subscription("one-more")),
      (error) => error instanceof TaskError && error.reason === "SUBSCRIPTIONS_FULL",
    );
    assert.equal((await all.put(subscription("s1"))).created, false);
    await all.remove("s1");
    assert.equal((await all.put(subscription("one-more"))).created, true);
  });

  it("is wanted by subscriptions of 4 MiB in all", async () => {
    const all = subscriptionsOn(world.documents);
    for (const name of ["a", "b", "c"]) {
      await all.put(subscription(name, MEBIBYTE));
    }
    await assert.rejects(
      all.put(subscription("d", MEBIBYTE)),
      (error) => error instanceof TaskError && error.reason === "SUBSCRIPTIONS_FULL",
    );
    assert.equal((await all.put(subscription("d", MEBIBYTE / 2))).created, true);
  });

  it("costs no reading anew of subscriptions that did not change", async () => {
    const all = await subscribe(2);
    const before = await all.routes();
    await all.setPaused("s1", true);
    const after = await all.routes();
    assert.equal(after.length, 2);
    assert.equal(after[0], before[0]);
    assert.notEqual(after[1], before[1]);
    assert.equal(after[1]?.subscription.paused, true);
  });
});
