import type { LeaseRef } from "../../domain/ids.ts";
import type { SettleOutcome } from "../../store/store.ts";
import type { SettlementAnswer } from "../contract.ts";

/** Says what a worker is told of a settlement that the store answered. */
export function answerOf(lease: LeaseRef, outcome: SettleOutcome): SettlementAnswer {
  switch (outcome.kind) {
    case "ok":
      return { lease, status: "OK", reason: "" };
    case "no_room":
      return { lease, status: "RETRY", reason: "the store has no room for the result" };
    case "stale":
    case "not_found":
      return { lease, status: "STALE", reason: "" };
  }
}

/** Says what a worker is told of a settlement that the store did not answer. */
export function retryAnswer(lease: LeaseRef): SettlementAnswer {
  return { lease, status: "RETRY", reason: "" };
}
