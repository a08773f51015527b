import { useStore } from "./fixture.ts";
import { describeFlow } from "./flow/index.ts";
import type { StoreHarness } from "./harness.ts";
import { describeHistory } from "./history/index.ts";
import { describeConcurrency } from "./leases/concurrency.ts";
import { describeDeaths } from "./leases/deaths.ts";
import { describeFencing } from "./leases/fencing.ts";
import { describeLease } from "./leases/lease.ts";
import { describeOrder } from "./leases/order.ts";
import { describeReport } from "./leases/report.ts";
import { describeRetry } from "./leases/retry.ts";
import { describeSessions } from "./leases/sessions.ts";
import { describeSettle } from "./leases/settle.ts";
import { describeSweep } from "./leases/sweep.ts";
import { describeWorkers } from "./leases/workers.ts";
import { describePinned } from "./pinned.ts";
import { describeRunNow } from "./run-now.ts";
import { describeCancel } from "./tasks/cancel.ts";
import { describeDelete } from "./tasks/delete.ts";
import { describeDurability } from "./tasks/durability.ts";
import { describeHints } from "./tasks/hints.ts";
import { describeIdempotency } from "./tasks/idempotency.ts";
import { describeList } from "./tasks/list.ts";
import { describeListMoving } from "./tasks/list-moving.ts";
import { describeNotices } from "./tasks/notices.ts";
import { describeRead } from "./tasks/read.ts";
import { describeRedrive } from "./tasks/redrive.ts";
import { describeRetention } from "./tasks/retention.ts";
import { describeSubmit } from "./tasks/submit.ts";
import { describeTransitions } from "./tasks/transitions.ts";

/** Holds a store to every guarantee that `store.ts` names. */
export function describeStore(harness: StoreHarness): void {
  describe(`The ${harness.name} store`, () => {
    const fixture = useStore(harness);

    describe("the state machine", () => describeTransitions(fixture));
    describe("submit", () => describeSubmit(fixture));
    describe("idempotency", () => describeIdempotency(fixture));
    describe("lease", () => describeLease(fixture));
    describe("order", () => describeOrder(fixture));
    describe("settle", () => describeSettle(fixture));
    describe("report", () => describeReport(fixture));
    describe("fencing", () => describeFencing(fixture));
    describe("sessions", () => describeSessions(fixture));
    describe("workers", () => describeWorkers(fixture));
    describe("pinned tasks", () => describePinned(fixture));
    describe("notices", () => describeNotices(fixture));
    describe("sweep", () => describeSweep(fixture));
    describe("retry", () => describeRetry(fixture));
    describe("cancel", () => describeCancel(fixture));
    describe("redrive", () => describeRedrive(fixture));
    describe("run now", () => describeRunNow(fixture));
    describe("delete", () => describeDelete(fixture));
    describe("deaths", () => describeDeaths(fixture));
    describe("retention", () => describeRetention(fixture));
    describe("history", () => describeHistory(fixture));
    describe("read", () => describeRead(fixture));
    describe("list", () => describeList(fixture));
    describe("a listing", () => describeListMoving(fixture));
    describe("hints", () => describeHints(fixture));
    describe("concurrency", () => describeConcurrency(fixture));
    describe("flow", () => describeFlow(fixture));
    describe("durability", () => describeDurability(fixture));
  });
}
