import assert from "node:assert/strict";
import { dispatchSettings } from "../../../server/src/dispatch/settings.ts";
import { type Heard, Liveness } from "../../../server/src/dispatch/workers/liveness.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

/** A clock whose timers fire late once, as those of a process that was stopped for a while. */
class HeldUpClock extends ManualClock {
  #heldUpMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.#heldUpMs;
  }

  holdUp(ms: number): void {
    this.#heldUpMs += ms;
  }
}

describe("Liveness", () => {
  let clock: HeldUpClock;
  let silent: Heard[];
  let liveness: Liveness<Heard>;

  beforeEach(() => {
    clock = new HeldUpClock();
    silent = [];
    const settings = dispatchSettings({ leaseTtlMs: 15_000 });
    liveness = new Liveness({ clock, settings, onSilent: (peer) => silent.push(peer) });
  });

  function newPeer(): Heard {
    const peer = { lastHeardAtMs: clock.monotonicMs() };
    liveness.watch(peer);
    return peer;
  }

  it("reports each peer at its own time, with one timer for all", () => {
    const one = newPeer();
    clock.advance(2_000);
    const two = newPeer();
    assert.equal(clock.pendingTimers, 1);
    clock.advance(12_999);
    assert.deepEqual(silent, []);
    clock.advance(1);
    assert.deepEqual(silent, [one]);
    clock.advance(2_000);
    assert.deepEqual(silent, [one, two]);
    assert.equal(clock.pendingTimers, 0);
  });

  it("waits the leases' ttl from when a peer was heard last", () => {
    const peer = newPeer();
    clock.advance(5_000);
    peer.lastHeardAtMs = clock.monotonicMs();
    clock.advance(14_999);
    assert.deepEqual(silent, []);
    clock.advance(1);
    assert.deepEqual(silent, [peer]);
  });

  it("expects nothing of a peer that was forgotten", () => {
    liveness.forget(newPeer());
    assert.equal(clock.pendingTimers, 0);
    clock.advance(60_000);
    assert.deepEqual(silent, []);
  });

  it("gives peers the time to be read after this process itself was held up", () => {
    const lively = newPeer();
    const dead = newPeer();
    clock.holdUp(30_000);
    clock.advance(15_000);
    assert.deepEqual(silent, []);
    // What was sent meanwhile is read now.
    lively.lastHeardAtMs = clock.monotonicMs();
    clock.advance(5_000);
    assert.deepEqual(silent, [dead]);
  });
});
