import assert from "node:assert/strict";
import { createEvents } from "../../../server/src/automation/events/events.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { BatonEvent } from "../../../server/src/domain/events/event.ts";
import type { DocumentPut } from "../../../server/src/store/documents.ts";
import { openWorld, processOf } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { deferred } from "../../support/time/deferred.ts";
import { settled } from "../../support/time/settled.ts";

const MEBIBYTE = 1024 * 1024;

function largeEvent(id: number): BatonEvent {
  return {
    id: String(id),
    source: "/orders",
    type: "paid",
    subject: "",
    dataContentType: "",
    dataSchema: "",
    timeMs: null,
    extensions: {},
    data: Buffer.alloc(MEBIBYTE),
  };
}

describe("Events that wait for the store", () => {
  it("are refused beyond 64 MiB, and taken again once it answers", async () => {
    const world = openWorld();
    const parts = processOf(world, new Life());
    const opened = deferred();
    const largestPuts: number[] = [];
    const put: typeof parts.documents.put = async (collection, puts) => {
      largestPuts.push(puts.reduce((sum: number, { body }: DocumentPut) => sum + body.length, 0));
      await opened.promise;
      return world.documents.put(collection, puts);
    };
    const documents = new Proxy(parts.documents, {
      get: (target, name) => (name === "put" ? put : Reflect.get(target, name)),
    });
    const events = createEvents({ ...parts, documents });

    const published = Array.from({ length: 100 }, (_, id) => events.publish([largeEvent(id)]));
    const early = await Promise.race([Promise.all(published.slice(64)), settled()]);
    const refused = (early ?? []).flat();

    assert.equal(refused.length, 36);
    for (const answer of refused) {
      assert.ok(answer instanceof TaskError && answer.reason === "STORE_UNAVAILABLE");
      assert.equal(answer.retryAfterMs, 1_000);
    }
    opened.resolve();
    const taken = (await Promise.all(published.slice(0, 64))).flat();
    assert.ok(taken.every((answer) => !(answer instanceof TaskError)));
    assert.ok(
      Math.max(...largestPuts) <= 4 * MEBIBYTE,
      `${Math.max(...largestPuts)} bytes at once`,
    );
    const [again] = await events.publish([largeEvent(99)]);
    assert.ok(!(again instanceof TaskError));
    await events.stop();
    await world.store.close();
  });
});
