package main

import (
	"time"

	baton "baton.example/go/gen/baton/v1"
)

const retryDelay = 200 * time.Millisecond

func (w *Worker) settle(lease *baton.LeaseRef, settlement *baton.Settlement) {
	settlement.Lease = lease
	w.outbox[keyOf(lease)] = settlement
	w.sendSettlement(settlement)
}

func (w *Worker) sendSettlement(settlement *baton.Settlement) {
	settle := &baton.Settle{Settlements: []*baton.Settlement{settlement}}
	w.send(&baton.WorkerFrame{Frame: &baton.WorkerFrame_Settle{Settle: settle}})
}

func (w *Worker) answered(result *baton.SettlementResult) {
	settlement, ok := w.outbox[keyOf(result.Lease)]
	if !ok {
		return
	}
	if result.Status == baton.SettlementStatus_SETTLEMENT_STATUS_RETRY {
		time.AfterFunc(retryDelay, func() { w.inbox <- func() { w.sendSettlement(settlement) } })
		return
	}
	delete(w.outbox, keyOf(result.Lease))
	if result.Status == baton.SettlementStatus_SETTLEMENT_STATUS_REJECTED {
		w.settle(result.Lease, &baton.Settlement{Outcome: fail("Rejected", result.Reason, true)})
	}
	w.leaveWhenDone()
}
