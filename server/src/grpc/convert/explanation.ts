import type { ExplainCode, Explanation, ExplanationReason } from "../../dispatch/contract.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireState, toWireTask } from "./task.ts";
import { toWireTime } from "./time.ts";

type WireCode = Received<"ExplainReason">["code"];

const WIRE_CODES: Readonly<Record<ExplainCode, WireCode>> = {
  DELAYED: "EXPLAIN_CODE_DELAYED",
  BACKING_OFF: "EXPLAIN_CODE_BACKING_OFF",
  QUEUE_PAUSED: "EXPLAIN_CODE_QUEUE_PAUSED",
  QUEUE_HELD: "EXPLAIN_CODE_QUEUE_HELD",
  CONCURRENCY_LIMIT: "EXPLAIN_CODE_CONCURRENCY_LIMIT",
  RATE_LIMIT: "EXPLAIN_CODE_RATE_LIMIT",
  ORDERING_KEY: "EXPLAIN_CODE_ORDERING_KEY",
  KEY_PAUSED: "EXPLAIN_CODE_KEY_PAUSED",
  KEY_HELD: "EXPLAIN_CODE_KEY_HELD",
  KEY_CONCURRENCY_LIMIT: "EXPLAIN_CODE_KEY_CONCURRENCY_LIMIT",
  KEY_RATE_LIMIT: "EXPLAIN_CODE_KEY_RATE_LIMIT",
  NO_WORKER: "EXPLAIN_CODE_NO_WORKER",
  NO_CREDIT: "EXPLAIN_CODE_NO_CREDIT",
  SUSPECT: "EXPLAIN_CODE_SUSPECT",
  BEHIND_OTHERS: "EXPLAIN_CODE_BEHIND_OTHERS",
};

/** Writes why a task is not running. */
export function toWireExplanation(explanation: Explanation): Sent<"ExplainResponse"> {
  return {
    task: toWireTask(explanation.task, false),
    summary: explanation.summary,
    reasons: explanation.reasons.map(toWireReason),
  };
}

function toWireReason(reason: ExplanationReason): Sent<"ExplainReason"> {
  const { code, detail, remainingMs, ahead, keysAhead, concurrency, head, key } = reason;
  return {
    code: WIRE_CODES[code],
    detail,
    ...(remainingMs !== undefined && { remaining: toWireTime(remainingMs) }),
    ahead: ahead ?? 0,
    keysAhead: keysAhead ?? 0,
    ...(concurrency !== undefined && {
      limit: concurrency.limit ?? 0,
      leased: concurrency.leased,
      holders: [...concurrency.holders],
    }),
    ...(head !== undefined && { head: head.id, headState: toWireState(head.state) }),
    key: key ?? "",
  };
}
