import type { Question } from "./question.ts";
import { bothAtOnce } from "./questions/both-at-once.ts";
import { drain } from "./questions/drain.ts";
import { events } from "./questions/events.ts";
import { beforeAfter } from "./questions/flow/before-after.ts";
import { flowLimits, flowManyKeys } from "./questions/flow/beside-plain.ts";
import { flowFairness } from "./questions/flow/fairness.ts";
import { flowFlood } from "./questions/flow/flood.ts";
import { flowParked } from "./questions/flow/parked.ts";
import { flowScripts } from "./questions/flow/script-times.ts";
import { growthDue } from "./questions/growth/growth-due.ts";
import { growthQueues } from "./questions/growth/growth-queues.ts";
import { growthWaiting } from "./questions/growth/growth-waiting.ts";
import { growthWorkers } from "./questions/growth/growth-workers.ts";
import { idle } from "./questions/idle.ts";
import { latency } from "./questions/latency.ts";
import { payloadSizes } from "./questions/payload-sizes.ts";
import { profile, profileLatency, profileSqlite } from "./questions/profiles/profile.ts";
import { profileQueues } from "./questions/profiles/profile-queues.ts";
import { schedules } from "./questions/schedules.ts";
import { storeRedis } from "./questions/store-redis.ts";
import { submitBatched } from "./questions/submit-batched.ts";
import { submitOneByOne } from "./questions/submit-one-by-one.ts";
import { submitUnary } from "./questions/submit-unary.ts";
import { tracing } from "./questions/tracing.ts";

/** Every question, in the order of the report. */
export const QUESTIONS: readonly Question[] = [
  bothAtOnce,
  drain,
  submitBatched,
  submitOneByOne,
  submitUnary,
  latency,
  payloadSizes,
  tracing,
  events,
  schedules,
  beforeAfter,
  flowLimits,
  flowManyKeys,
  flowParked,
  flowFlood,
  flowFairness,
  flowScripts,
  growthWaiting,
  growthQueues,
  growthWorkers,
  growthDue,
  idle,
  storeRedis,
  profile,
  profileSqlite,
  profileLatency,
  profileQueues,
];
