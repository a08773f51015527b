import { loadBaton } from "@baton/proto";
import { credentials } from "@grpc/grpc-js";
import type { RateLimit } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { Sent } from "../../../../worker-sdk/src/values/wire.ts";
import type { SeededRandom } from "../../../support/seeded-random.ts";
import { pause } from "../../../support/time/pause.ts";
import type { Cluster } from "../cluster.ts";
import { monotonicMs } from "../history/history.ts";
import {
  changeSeen,
  FIRST_CHANGES,
  LAST_CHANGES,
  type PlannedChange,
  planChange,
} from "./flow-plan.ts";
import { answerOf, CHANNEL_OPTIONS, deadline } from "./task-calls.ts";

const MAX_TRIES = 60;

/** Changes how the queues of a cluster and their keys flow, at any dispatcher, and writes down what was answered. */
export class Operator {
  readonly #cluster: Cluster;
  readonly #random: SeededRandom;
  readonly #clients;
  #isOver = false;
  #changing: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, random: SeededRandom) {
    this.#cluster = cluster;
    this.#random = random;
    const { QueueService } = loadBaton().baton.v1;
    this.#clients = cluster.directAddresses.map(
      (address) => new QueueService(address, credentials.createInsecure(), CHANNEL_OPTIONS),
    );
  }

  async start(): Promise<void> {
    await this.#changeAll(FIRST_CHANGES);
    this.#changing = this.#changeNowAndThen();
  }

  /** Leaves limits that let everything be worked off. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#changing;
    await this.#changeAll(LAST_CHANGES);
    for (const client of this.#clients) {
      client.close();
    }
  }

  async #changeNowAndThen(): Promise<void> {
    while (!this.#isOver) {
      await pause(this.#random.between(100, 2_500));
      await this.#change(planChange(this.#random));
    }
  }

  /** Makes changes that have to be made, however often that has to be tried. */
  async #changeAll(changes: readonly PlannedChange[]): Promise<void> {
    for (const change of changes) {
      for (let tries = 1; !(await this.#change(change)); tries += 1) {
        if (tries === MAX_TRIES) {
          throw new Error(`${change.queue} could not be changed in ${MAX_TRIES} tries`);
        }
        await pause(250);
      }
    }
  }

  async #change(change: PlannedChange): Promise<boolean> {
    const sinceMs = monotonicMs();
    const client = this.#random.pick(this.#clients);
    const options = deadline(2_000);
    const { outcome } = await answerOf<unknown>((done) =>
      change.kind === "key"
        ? client.putQueueKey(keyRequest(change), options, done)
        : client.updateQueue(queueRequest(change), options, done),
    );
    this.#cluster.history.add(changeSeen(change, sinceMs, outcome));
    return outcome === "ok";
  }
}

function queueRequest({
  queue,
  settings,
}: Extract<PlannedChange, { kind: "queue" }>): Sent<"UpdateQueueRequest"> {
  const { isPaused, concurrencyLimit, keyConcurrencyLimit, rateLimit, keyRateLimit } = settings;
  const { keyWeight, plainWeight, fairBy } = settings;
  return {
    name: queue,
    settings: {
      paused: isPaused,
      ...(concurrencyLimit === null ? {} : { concurrencyLimit }),
      ...(keyConcurrencyLimit === null ? {} : { keyConcurrencyLimit }),
      ...(rateLimit === null ? {} : { rateLimit: wireRate(rateLimit) }),
      ...(keyRateLimit === null ? {} : { keyRateLimit: wireRate(keyRateLimit) }),
      keyWeight,
      plainWeight,
      fairBy: `FAIR_BY_${fairBy}`,
    },
    updateMask: { paths: ["*"] },
  };
}

function keyRequest({
  queue,
  key,
  settings,
}: Extract<PlannedChange, { kind: "key" }>): Sent<"PutQueueKeyRequest"> {
  if (settings === null) {
    return { queue, key };
  }
  const { weight, concurrencyLimit, rateLimit, isPaused } = settings;
  return {
    queue,
    key,
    settings: {
      paused: isPaused,
      ...(weight === null ? {} : { weight }),
      ...(concurrencyLimit === null ? {} : { concurrencyLimit }),
      ...(rateLimit === null ? {} : { rateLimit: wireRate(rateLimit) }),
    },
  };
}

function wireRate({ tasks, periodMs, burst }: RateLimit): Sent<"RateLimit"> {
  const seconds = Math.floor(periodMs / 1_000);
  return { tasks, period: { seconds, nanos: (periodMs % 1_000) * 1e6 }, burst };
}
