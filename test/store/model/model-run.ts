import assert from "node:assert/strict";
import {
  newStreamId,
  type QueueName,
  type TaskId,
  type TaskType,
} from "../../../server/src/domain/ids.ts";
import type { Task } from "../../../server/src/domain/task.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { only } from "../conformance/actions.ts";
import { assertNear, SLACK_MS } from "../conformance/fixture.ts";
import { setKey, setQueue } from "../conformance/flow/flow-actions.ts";
import type { StoreUnderTest } from "../conformance/harness.ts";
import { type Command, type Pick, type TaskRecipe, UNIT_MS } from "./commands/model-commands.ts";
import { ModelPicks, refer } from "./commands/model-picks.ts";
import {
  keySettingsOf,
  keyText,
  outcomeOf,
  QUEUE_NAMES,
  settingsOf,
  span,
  spanOrZero,
  taskOf,
} from "./commands/model-recipes.ts";
import { assertSameFlow, assertSameLease } from "./flow/model-flow-compare.ts";
import { StoreModel } from "./model.ts";
import { assertSame, assertSamePlace, assertSameSet, assertSameTask } from "./model-compare.ts";
import { assertListed, ModelListing, queryOf } from "./model-listing.ts";
import { assertSamePast } from "./model-past.ts";

/** Drives a store and the model with the same calls and compares all they say and all they hold. */
export class ModelRun {
  readonly #under: StoreUnderTest;
  readonly #store: Store;
  readonly #model: StoreModel;
  readonly #startMs: number;
  /** What happened, for asserting that the runs reach what they are meant to test. */
  readonly #seen: (what: string) => void;
  readonly #picks: ModelPicks;
  #isFull = false;
  #listing: ModelListing | null = null;
  /** @param slackMs how far the store's clock may be ahead of what is read of it */
  constructor(
    under: StoreUnderTest,
    startMs: number,
    slackMs: number,
    seen: (what: string) => void,
  ) {
    this.#under = under;
    this.#model = new StoreModel(slackMs);
    this.#picks = new ModelPicks(this.#model);
    this.#store = under.store;
    this.#startMs = startMs;
    this.#seen = seen;
  }

  /** Makes one call of both, and compares the answers and where every task is now. */
  async execute(command: Command): Promise<void> {
    this.#model.nowMs = await this.#under.nowMs();
    await this.#call(command);
    this.#listing?.look();
    await this.#compareTasks(assertSamePlace);
  }

  /** Compares everything there is. */
  async finish(): Promise<void> {
    await this.#compareTasks(assertSameTask);
    for (const id of this.#model.tasks.keys()) {
      const { attempts, leftOut } = await assertSamePast(this.#store, this.#model, id);
      for (const { outcome } of attempts) this.#seen(`attempt ${outcome}`);
      if (leftOut > 0) this.#seen("attempts left out");
    }
    for (const { queue, counts } of await this.#store.stats()) {
      assert.deepEqual(counts, this.#model.counts(queue), `counts of ${queue}`);
    }
    for (const queue of QUEUE_NAMES) {
      await assertListed(this.#store, this.#model, queue);
      await assertSameFlow(this.#store, this.#model, queue);
    }
    assert.deepEqual(await this.#under.orphans(), []);
  }

  async #call(command: Command): Promise<void> {
    switch (command.kind) {
      case "submit":
        return this.#submit(command.tasks);
      case "open":
        return this.#open(command);
      case "renew":
        return this.#renew(command);
      case "lease":
        return this.#lease(command);
      case "settle":
        return this.#settle(command.items);
      case "report":
        return this.#report(command);
      case "advance":
        return this.#under.advance(command.units * UNIT_MS);
      case "fill":
        return this.#fill(command.isFull);
      case "sweep":
        return this.#sweep(QUEUE_NAMES[command.queue] as QueueName);
      case "cancel":
        return this.#cancel(command);
      case "redrive":
        return this.#redrive(command.task);
      case "settings":
        return this.#settings(command);
      case "key":
        return this.#key(command);
      case "list":
        return this.#list(command);
    }
  }

  /** What settings let go is let go by a sweep at the latest. */
  async #settings(command: Extract<Command, { kind: "settings" }>): Promise<void> {
    if (!this.#isFull) {
      const queue = QUEUE_NAMES[command.queue] as QueueName;
      const settings = settingsOf(command.settings);
      await setQueue(this.#store, settings, queue);
      this.#model.flow.putSettings(queue, settings, this.#model.nowMs);
      this.#seen("settings");
      await this.#sweep(queue);
      this.#model.settled(queue);
    }
  }

  async #key(command: Extract<Command, { kind: "key" }>): Promise<void> {
    if (!this.#isFull) {
      const queue = QUEUE_NAMES[command.queue] as QueueName;
      const key = keyText(command.key);
      const settings = command.settings === null ? null : keySettingsOf(command.settings);
      await setKey(this.#store, key, settings, queue);
      this.#model.flow.putKey(queue, key, settings, this.#model.nowMs);
      this.#seen(settings === null ? "key taken back" : "key");
      await this.#sweep(queue);
    }
  }

  async #list({ listing, pages }: Extract<Command, { kind: "list" }>): Promise<void> {
    const queue = QUEUE_NAMES[listing.queue] as QueueName;
    this.#listing ??= new ModelListing(this.#model, queryOf(listing, queue));
    const current = this.#listing;
    for (let page = 0; page < pages; page += 1) {
      if (await current.readPage(this.#store)) {
        this.#listing = null;
        this.#seen("list");
        this.#seenIf("list over pages", current.pages > 1);
        this.#seenIf("list while tasks move", current.hasMoved);
        return;
      }
    }
  }

  /** Everything but a submit goes on as before while the store is full (G16). */
  async #fill(isFull: boolean): Promise<void> {
    if (this.#under.fill !== undefined) {
      await this.#under.fill(isFull);
      this.#isFull = isFull;
    }
  }

  async #submit(recipes: readonly TaskRecipe[]): Promise<void> {
    const batch = recipes.map((recipe) => taskOf(recipe, this.#startMs));
    if (this.#isFull) {
      await assert.rejects(this.#store.submit(batch), { kind: "full" });
      this.#seen("submit full");
      return;
    }
    const outcomes = await this.#store.submit(batch);
    await this.#notePromoted(batch.map(({ spec }) => spec.queue));
    const expected = batch.map((task) => this.#model.submit(task));
    assert.deepEqual(outcomes, expected);
    for (const [index, { kind }] of expected.entries()) {
      this.#seen(kind);
      const { id } = batch[index] ?? {};
      if (kind === "created" && id !== undefined) {
        this.#picks.addTask(id);
      }
    }
  }

  /** A submit may promote what is due, so that what was due first is first in its ordering key. */
  async #notePromoted(queues: readonly QueueName[]): Promise<void> {
    const due = this.#model.dueIn(queues).map(({ id }) => id);
    for (const [at, task] of (await this.#store.get(due)).entries()) {
      if (task?.state === "READY") {
        this.#model.promote(due[at] as TaskId);
      }
    }
  }

  async #open(command: Extract<Command, { kind: "open" }>): Promise<void> {
    const { isOld, ttl, held } = command;
    const slot = this.#picks.slot(command.session);
    if (!isOld) {
      slot.streams.push(newStreamId(slot.isNumbered ? slot.streams.length : 0));
    }
    const claims = {
      all: slot.leases.slice(-8),
      none: [],
      newest: slot.leases.slice(-1),
      others: this.#picks.leases.slice(-4),
    }[held];
    const opening = {
      ...refer(slot, isOld),
      workerId: slot.workerId,
      ttlMs: span(ttl, "ttl"),
      held: claims.filter(({ taskId }) => taskId.startsWith(`${slot.queue}~`)),
    };
    const expected = this.#model.openSession(opening);
    const opened = only(await this.#store.openSession([opening]));
    this.#seen(`open ${expected.kind}`);
    assert.equal(opened.kind, expected.kind);
    if (opened.kind !== "ok" || expected.kind !== "ok") {
      return;
    }
    assert.deepEqual([opened.kept, opened.lost], [expected.kept, expected.lost]);
    assertSameSet(opened.released, expected.released);
    assert.ok(opened.mayHaveTasks || !expected.mayHaveTasks, "a task was hidden from a worker");
    this.#seenIf("lease kept", expected.kept.length > 0);
    this.#seenIf("lease lost", expected.lost.length > 0);
    this.#seenIf("lease given back", expected.released.length > 0);
  }

  async #renew({ session, isOld, ttl }: Extract<Command, { kind: "renew" }>): Promise<void> {
    const renewal = { ...refer(this.#picks.slot(session), isOld), ttlMs: spanOrZero(ttl, "ttl") };
    const expected = this.#model.renew(renewal);
    assert.deepEqual(only(await this.#store.renew([renewal])), expected);
    this.#seen(`renew ${expected.kind}`);
    this.#seenIf("notice", expected.kind === "ok" && expected.notices.length > 0);
  }

  async #lease(command: Extract<Command, { kind: "lease" }>): Promise<void> {
    const slot = this.#picks.slot(command.session);
    const request = {
      ...refer(slot, command.isOld),
      workerId: slot.workerId,
      types: command.types?.map((type) => `type-${type}` as TaskType) ?? null,
      limit: command.limit,
      isApart: command.isApart,
      maxPayloadBytes: command.maxPayloadBytes,
    };
    const outcome = await this.#store.lease(request);
    const brought = outcome.kind === "ok" ? outcome.tasks.map(({ id }) => id) : [];
    const expected = this.#model.lease(request, brought);
    this.#seen(`lease ${expected.kind}`);
    assert.equal(outcome.kind, expected.kind);
    if (outcome.kind !== "ok" || expected.kind !== "ok") {
      return;
    }
    assertSameLease(this.#model, request, outcome, expected);
    this.#seenIf(
      "lease keyed",
      outcome.tasks.some(({ spec }) => spec.concurrencyKey !== ""),
    );
    this.#seenIf(
      "lease ordered",
      outcome.tasks.some(({ spec }) => spec.orderingKey !== ""),
    );
    this.#seenIf("held back", outcome.heldBackMs !== undefined);
    this.#seenIf("held back for a time", typeof outcome.heldBackMs === "number");
    this.#seenIf("lease suspects", command.isApart && outcome.tasks.length > 0);
    for (const [index, task] of outcome.tasks.entries()) {
      const { token, queuedMs, ...rest } = expected.tasks[index] ?? assert.fail();
      assertNear(task.queuedMs, queuedMs, "queued");
      assert.ok(task.token > token, "tokens only grow");
      assertSame(
        { ...task, token: null, queuedMs: null },
        { ...rest, token: null, queuedMs: null },
      );
      const ref = { taskId: task.id, token: task.token };
      this.#model.granted(ref);
      this.#picks.addLease(ref, slot);
    }
  }

  async #settle(items: Extract<Command, { kind: "settle" }>["items"]): Promise<void> {
    const batch = items.flatMap(({ lease: pick, isForged, outcome }) => {
      const lease = this.#picks.lease(pick);
      if (lease === undefined) {
        return [];
      }
      this.#seenIf("settle forged", isForged && this.#picks.isNewest(lease));
      return [
        { sessionId: this.#picks.speakerFor(lease, isForged), lease, outcome: outcomeOf(outcome) },
      ];
    });
    const expected = batch.map((settlement) => this.#model.settle(settlement));
    assert.deepEqual(await this.#store.settle(batch), expected);
    for (const outcome of expected) {
      this.#seen(
        outcome.kind === "ok" && outcome.isRepeat ? "settle repeat" : `settle ${outcome.kind}`,
      );
    }
  }

  async #report(command: Extract<Command, { kind: "report" }>): Promise<void> {
    const lease = this.#picks.lease(command.lease);
    if (lease === undefined) {
      return;
    }
    const { progress, checkpoint, isForged } = command;
    this.#seenIf("report forged", isForged && this.#picks.isNewest(lease));
    const said = {
      sessionId: this.#picks.speakerFor(lease, isForged),
      lease,
      progress: progress === null ? null : { fraction: progress, note: `${progress}` },
      checkpoint: checkpoint === null ? null : Buffer.from(checkpoint),
    };
    const expected = this.#model.report(said);
    assert.deepEqual(only(await this.#store.report([said])), expected);
    this.#seen(`report ${expected.kind}`);
  }

  async #sweep(queue: QueueName): Promise<void> {
    const expected = this.#model.sweep(queue);
    const swept = await this.#store.sweep(queue, 1_000);
    const { reclaimed, timedOut, nextInMs, ...counts } = expected;
    assert.deepEqual(
      { promoted: swept.promoted, expired: swept.expired, purged: swept.purged },
      counts,
    );
    assertSameSet(swept.reclaimed, reclaimed);
    assertSameSet(swept.timedOut, timedOut);
    // Waking up for nothing does no harm; sleeping through something does.
    if (nextInMs !== null) {
      assert.ok(swept.nextInMs !== null && swept.nextInMs <= nextInMs + SLACK_MS, "wakes in time");
    }
    this.#seenIf("promote", counts.promoted > 0);
    this.#seenIf("expire", counts.expired > 0);
    this.#seenIf("purge", counts.purged > 0);
    this.#seenIf("time out", timedOut.length > 0);
    for (const { state } of reclaimed) {
      this.#seen(`reclaim to ${state}`);
    }
  }

  async #cancel({ task, reason }: Extract<Command, { kind: "cancel" }>): Promise<void> {
    const taskId = this.#picks.task(task, "LEASED");
    if (taskId !== undefined) {
      const expected = this.#model.cancel({ taskId, reason });
      assert.deepEqual(only(await this.#store.cancel([{ taskId, reason }])), expected);
      this.#seen(`cancel ${expected.kind}`);
    }
  }

  async #redrive(task: Pick): Promise<void> {
    const id = this.#picks.task(task, "DEAD");
    if (id !== undefined) {
      const expected = this.#model.redrive(id);
      assert.deepEqual(only(await this.#store.redrive([id])), expected);
      this.#seen(`redrive ${expected.kind}`);
    }
  }

  async #compareTasks(same: (actual: Task, expected: Task) => void): Promise<void> {
    const tasks = await this.#store.get(this.#picks.tasks, { ahead: true });
    for (const [index, id] of this.#picks.tasks.entries()) {
      const [actual, known] = [tasks[index] ?? null, this.#model.get(id)];
      // How many run before a task of a queue with keys nobody can say.
      const isForetold = known === null || !this.#model.flow.isKeyed(known.spec.queue);
      const expected = known && actual && !isForetold ? { ...known, ahead: actual.ahead } : known;
      assert.equal(actual === null, expected === null, `whether ${id} is still there`);
      if (actual !== null && expected !== null) {
        same(actual, expected);
      }
    }
  }

  #seenIf(what: string, isSeen: boolean): void {
    if (isSeen) {
      this.#seen(what);
    }
  }
}
