import { describeCancel } from "./cancel.ts";
import { describeConcurrency } from "./concurrency.ts";
import { describeDurability } from "./durability.ts";
import { describeFencing } from "./fencing.ts";
import { useStore } from "./fixture.ts";
import type { StoreHarness } from "./harness.ts";
import { describeHints } from "./hints.ts";
import { describeIdempotency } from "./idempotency.ts";
import { describeLease } from "./lease.ts";
import { describeList } from "./list.ts";
import { describeListMoving } from "./list-moving.ts";
import { describeNotices } from "./notices.ts";
import { describeOrder } from "./order.ts";
import { describePinned } from "./pinned.ts";
import { describeRead } from "./read.ts";
import { describeRedrive } from "./redrive.ts";
import { describeReport } from "./report.ts";
import { describeRetention } from "./retention.ts";
import { describeRetry } from "./retry.ts";
import { describeSessions } from "./sessions.ts";
import { describeSettle } from "./settle.ts";
import { describeSubmit } from "./submit.ts";
import { describeSweep } from "./sweep.ts";

/** Holds a store to every guarantee that `store.ts` names. */
export function describeStore(harness: StoreHarness): void {
  describe(`The ${harness.name} store`, () => {
    const fixture = useStore(harness);

    describe("submit", () => describeSubmit(fixture));
    describe("idempotency", () => describeIdempotency(fixture));
    describe("lease", () => describeLease(fixture));
    describe("order", () => describeOrder(fixture));
    describe("settle", () => describeSettle(fixture));
    describe("report", () => describeReport(fixture));
    describe("fencing", () => describeFencing(fixture));
    describe("sessions", () => describeSessions(fixture));
    describe("pinned tasks", () => describePinned(fixture));
    describe("notices", () => describeNotices(fixture));
    describe("sweep", () => describeSweep(fixture));
    describe("retry", () => describeRetry(fixture));
    describe("cancel", () => describeCancel(fixture));
    describe("redrive", () => describeRedrive(fixture));
    describe("retention", () => describeRetention(fixture));
    describe("read", () => describeRead(fixture));
    describe("list", () => describeList(fixture));
    describe("a listing", () => describeListMoving(fixture));
    describe("hints", () => describeHints(fixture));
    describe("concurrency", () => describeConcurrency(fixture));
    describe("durability", () => describeDurability(fixture));
  });
}
