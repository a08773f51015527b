import assert from "node:assert/strict";
import { Cluster, residentBytes } from "../../crash/support/cluster.ts";
import { TaskCalls } from "../../crash/support/load/task-calls.ts";

const MEBIBYTE = 1024 * 1024;

/** A dispatcher process to abuse; valid inside tests only. */
export interface Target {
  readonly address: string;
  /** Asserts that it still runs, answers a submit soon, and holds less than so much more memory. */
  assertWell(maxGrowthMiB?: number): Promise<void>;
}

/** Starts a dispatcher before the tests of a suite, and asserts after each that it is well. */
export function useTarget(): Target {
  let cluster: Cluster | null = null;
  let bytesBefore = 0;

  const running = (): Cluster => {
    assert.ok(cluster !== null, "a dispatcher runs only inside a test");
    return cluster;
  };
  const target: Target = {
    get address() {
      return running().directAddresses[0] ?? "";
    },
    async assertWell(maxGrowthMiB = 150) {
      const child = running().dispatcher(0);
      assert.ok(child.isRunning, `the dispatcher ended: ${child.complaints}`);
      const calls = new TaskCalls(target.address);
      const { outcome } = await calls.submit({ queue: "well", type: "well" }, 5_000);
      calls.close();
      assert.equal(outcome, "ok", "the dispatcher takes tasks");
      const grownMiB = (residentBytes(child.pid) - bytesBefore) / MEBIBYTE;
      assert.ok(grownMiB < maxGrowthMiB, `its memory grew by ${Math.round(grownMiB)} MiB`);
    },
  };

  before(async () => {
    cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db" });
    await target.assertWell(10_000);
    bytesBefore = residentBytes(cluster.dispatcher(0).pid);
  });

  afterEach(() => target.assertWell());

  after(async () => {
    const dispatcher = cluster?.dispatcher(0);
    await cluster?.stop();
    await cluster?.destroy();
    const complaints = dispatcher?.complaints ?? "";
    assert.doesNotMatch(complaints, /"level":"(error|fatal)"/, "it complained of a bug");
  });
  return target;
}
