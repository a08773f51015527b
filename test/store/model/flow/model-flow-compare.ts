import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import type { LeaseOutcome, LeaseRequest, Store } from "../../../../server/src/store/store.ts";
import { listKeys } from "../../conformance/flow/flow-actions.ts";
import { KEYS } from "../commands/model-commands.ts";
import { keyText } from "../commands/model-recipes.ts";
import type { StoreModel } from "../model.ts";
import { isApart } from "../model-task.ts";

type Leased = Extract<LeaseOutcome, { kind: "ok" }>;

/** Asserts that a lease brought what the model has, and says as much of what is left. */
export function assertSameLease(
  model: StoreModel,
  request: LeaseRequest,
  outcome: Leased,
  expected: Leased,
): void {
  const { queue } = request;
  assert.deepEqual(
    outcome.tasks.map(({ id }) => id),
    expected.tasks.map(({ id }) => id),
  );
  const suspects = new Set(outcome.suspects);
  if (model.flow.isKeyed(queue)) {
    // One that nothing lets go, or that waits behind another, may be left out.
    const free = model.line(queue).filter((task) => isApart(task) && model.isFree(task));
    assert.ok([...suspects].every((type) => expected.suspects?.includes(type)));
    assert.ok(
      free.every(({ spec }) => suspects.has(spec.type)),
      "suspects are hidden",
    );
  } else {
    assert.deepEqual(suspects, new Set(expected.suspects));
  }
  const isHeld = outcome.tasks.length === 0 && request.limit > 0 && model.isHeldBack(request);
  assert.ok(
    !isHeld || outcome.heldBackMs !== undefined,
    "a worker is not told of what it waits for",
  );
}

/** Asserts that a store tells of a queue's keys and of what tasks wait for what the model has. */
export async function assertSameFlow(
  store: Store,
  model: StoreModel,
  queue: QueueName,
): Promise<void> {
  const flow = store;
  const [{ settings } = assert.fail()] = await flow.settings([queue]);
  assert.deepEqual(settings, model.flow.settingsOf(queue));
  if (store.keys === undefined || store.blockers === undefined) {
    return;
  }
  const listed = await listKeys(store, { queue });
  for (const key of Array.from({ length: KEYS }, (_, index) => keyText(index))) {
    const { waiting, leased } = model.figuresOf(queue, key);
    const own = model.flow.keySettingsOf(queue, key);
    const figures = listed.get(key);
    assert.equal(figures !== undefined, waiting + leased > 0 || own !== null, `${key} is listed`);
    if (figures !== undefined) {
      assert.deepEqual([figures.waiting, figures.leased], [waiting, leased], key);
      assert.deepEqual(figures.settings, own);
    }
  }
  for (const task of model.line(queue)) {
    const blockers = await flow.blockers(task.id);
    const head = model.headBefore(task.id);
    assert.equal(blockers?.order?.head, head?.id, `who is before ${task.id}`);
    assert.equal(blockers?.order?.state, head?.state);
  }
}
