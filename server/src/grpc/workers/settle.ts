import { LIMITS } from "@baton/proto/shared";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { SettlementAnswer, WorkerSettlement } from "../../dispatch/contract.ts";
import { TaskError } from "../../domain/errors.ts";
import { checkCount, FieldChecks } from "../../intake/validate-fields.ts";
import { checkSessionKey } from "../../intake/validate-hello.ts";
import { validateSettlement } from "../../intake/validate-lease.ts";
import { unaryAsync } from "../calls/handler.ts";
import type { ServiceContext } from "../calls/service-context.ts";
import { toWireAnswer } from "../convert/frames.ts";
import type { Received, Sent } from "../wire.ts";

/** Settlements after their check: those in order, and answers to those that are not. */
export interface CheckedSettlements {
  readonly valid: readonly WorkerSettlement[];
  readonly rejected: readonly SettlementAnswer[];
  /** For each settlement in order whether it is among the rejected. */
  readonly isRejected: readonly boolean[];
}

/**
 * Checks settlements.
 *
 * @param path the path of the message that holds them; empty for the request itself
 * @throws INVALID_FIELD where there are none or too many, or one names no lease
 */
export function checkSettlements(
  settlements: Received<"Settle">["settlements"],
  path: "" | "settle",
): CheckedSettlements {
  const checks = new FieldChecks(path);
  checkCount(checks, "settlements", settlements, 1, LIMITS.maxBatchItems);
  checks.throwIfWrong();
  const list = path === "" ? "settlements" : `${path}.settlements`;
  const valid: WorkerSettlement[] = [];
  const rejected: SettlementAnswer[] = [];
  const isRejected = settlements.map((input, index) => {
    const checked = validateSettlement(input, list, index);
    if (checked instanceof TaskError) {
      throw checked;
    }
    if (checked.kind === "valid") {
      valid.push(checked.settlement);
    } else {
      rejected.push({ lease: checked.lease, status: "REJECTED", reason: checked.reason });
    }
    return checked.kind === "rejected";
  });
  return { valid, rejected, isRejected };
}

/** Handles the unary `Settle`. */
export function settleHandler(
  context: ServiceContext,
): handleUnaryCall<Received<"SettleRequest">, Sent<"SettleResponse">> {
  return unaryAsync(context, async ({ settlements, sessionKey }) => {
    const checks = new FieldChecks("");
    const key = checkSessionKey(checks, "session_key", sessionKey);
    checks.throwIfWrong();
    const { valid, rejected, isRejected } = checkSettlements(settlements, "");
    const settled = valid.length === 0 ? [] : await context.dispatcher.settle(key, valid);
    const answers = { settled: settled.values(), rejected: rejected.values() };
    const results = isRejected.map((isOne) => {
      const { value } = isOne ? answers.rejected.next() : answers.settled.next();
      if (value === undefined) {
        throw new Error("the dispatcher answered fewer settlements than there were");
      }
      return toWireAnswer(value);
    });
    return { results };
  });
}
