import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "@baton/proto/shared";
import { CHECKS } from "../server/src/conformance/judge.ts";
import { REASONS } from "../server/src/domain/errors.ts";
import { fill } from "./section.ts";
import { workedExchange } from "./worked-exchange.ts";

const protocolPath = join(import.meta.dirname, "../docs/protocol.md");

const errorRows = Object.entries(REASONS).map(
  ([reason, { status, retryable, doc }]) =>
    `| \`${reason}\` | ${status} | ${retryable ? "yes" : "no"} | ${doc} |`,
);
const errorTable = [
  "| reason | status | retry | what |",
  "| --- | --- | --- | --- |",
  ...errorRows,
];

/** What a limit is called where its name does not say of what it is. */
const LIMIT_WORDS: Partial<Record<keyof typeof LIMITS, string>> = {
  maxKeyBytes: "ordering key, concurrency key",
  maxHeaders: "headers of a task",
  maxLabels: "labels of a task",
  maxPriority: "priority, from 0",
  maxDelayMs: "delay of a task",
  maxRetentionMs: "retention of a final task",
  maxMultiplier: "multiplier of a back-off",
  maxNonRetryableTypes: "non-retryable types of a retry policy",
  maxReasonBytes: "reason of a cancel, release or drain",
  maxNoteBytes: "progress note",
  maxBatchItems: "items of a batch",
  maxAwaitedItems: "tasks awaited over one stream",
  maxAwaitedOfPeer: "tasks awaited over streams by one address",
  maxAwaitedInAll: "tasks awaited over streams of one dispatcher",
  maxSubscriptions: "subscriptions (queues) of a Hello",
  maxSubscriptionTypes: "types of a Hello's subscription",
  maxCredit: "open credit of a session",
  maxHeldLeases: "leases in a Hello or heartbeat",
  maxSdkBytes: "name of the SDK in a Hello",
  minIntervalMs: "fixed rate and delay of a schedule, at least",
  maxIntervalMs: "fixed rate and delay of a schedule, at most",
  maxJitterMs: "jitter of a schedule",
  maxCatchUp: "ticks that a schedule catches up",
  maxShards: "shards of a schedule",
  maxBacklog: "backlog that a queue or a key may be given",
  maxConcurrencyLimit: "concurrency limit of a queue or a key",
  maxWeight: "weight of a key, from 1",
  maxRateTasks: "tasks of a rate limit, from 1",
  minRatePeriodMs: "period of a rate limit, at least",
  maxRatePeriodMs: "period of a rate limit, at most",
  maxRateBurst: "burst of a rate limit, from 1",
  maxHoldMs: "hold of a key or a queue",
  maxAttemptHistory: "past attempts of a task that are kept beside the first",
  maxKeysWithSettings: "keys of a queue with settings of their own",
  maxOperationIds: "tasks that an operation names",
  maxOperationTasks: "tasks of an operation",
  maxOperationRate: "tasks of an operation in a second",
  maxFilterStates: "states of an operation's filter",
  maxEventTextBytes: "source, subject or schema of an event",
};
const limitRows = Object.entries(LIMITS).map(
  ([name, value]) => `| ${wordsOf(name)} | ${amount(name, value)} |`,
);
const limitTable = ["| limit | value |", "| --- | --- |", ...limitRows];

const checkRows = CHECKS.map(({ id, level, title }) => `| \`${id}\` | ${level} | ${title} |`);
const checkTable = ["| check | level | what is asked |", "| --- | --- | --- |", ...checkRows];

let text = readFileSync(protocolPath, "utf8");
text = fill(text, "errors", errorTable);
text = fill(text, "limits", limitTable);
text = fill(text, "exchange", ["", ...workedExchange()]);
text = fill(text, "checks", checkTable);
writeFileSync(protocolPath, text);

function wordsOf(name: string): string {
  const words = LIMIT_WORDS[name as keyof typeof LIMITS];
  if (words !== undefined) {
    return words;
  }
  return name
    .replace(/(Bytes|Ms)$/, "")
    .replace(/^max/, "")
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

function amount(name: string, value: number): string {
  if (name.endsWith("Bytes")) {
    return value >= 1024 * 1024 ? `${value / 1024 / 1024} MiB` : `${value} bytes`;
  }
  if (name.endsWith("Ms")) {
    const hours = value / 3_600_000;
    if (hours < 1) {
      return `${value / 1_000} s`;
    }
    return hours > 24 ? `${hours / 24} days` : `${hours} h`;
  }
  return String(value);
}
