import type { Explanation, ExplanationReason } from "../../dispatch/contract.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireTask } from "./task.ts";
import { toWireTimeOrNull } from "./time.ts";

type WireCode = Received<"ExplainReason">["code"];

const WIRE_CODES: Readonly<Record<ExplanationReason["code"], WireCode>> = {
  DELAYED: "EXPLAIN_CODE_DELAYED",
  BACKING_OFF: "EXPLAIN_CODE_BACKING_OFF",
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
  return {
    code: WIRE_CODES[reason.code],
    detail: reason.detail,
    remaining: toWireTimeOrNull(reason.remainingMs),
    ahead: reason.ahead ?? 0,
  };
}
