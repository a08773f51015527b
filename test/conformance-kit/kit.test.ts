import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { keepingChecks } from "../../server/src/conformance/checks/keeping.ts";
import { movingChecks } from "../../server/src/conformance/checks/moving.ts";
import { openingChecks } from "../../server/src/conformance/checks/opening.ts";
import { runningChecks } from "../../server/src/conformance/checks/running.ts";
import { settlingChecks } from "../../server/src/conformance/checks/settling.ts";
import { CHECKS, judge, type Verdict } from "../../server/src/conformance/judge.ts";
import { isConformant } from "../../server/src/conformance/report.ts";

const ttlMs = 1_500;

const correct = [
  { title: "a worker that was written from the protocol alone", file: "correct-worker.ts" },
  { title: "the worker of the SDK", file: "../../examples/typescript/worker.ts" },
];

const groups = {
  opening: openingChecks,
  running: runningChecks,
  keeping: keepingChecks,
  settling: settlingChecks,
  moving: movingChecks,
};

// Each broken worker, by the file of checks that has the check that must catch it.
const caught = [
  { worker: "opening/second-hello", check: "hello" },
  { worker: "opening/negative-credit", check: "credit" },
  { worker: "opening/no-credit-back", check: "credit" },
  { worker: "opening/greedy-credit", check: "credit-fits" },
  { worker: "opening/one-at-a-time", check: "start" },
  { worker: "opening/gives-up", check: "reconnect" },
  { worker: "opening/hot-loop", check: "reconnect" },
  { worker: "running/settles-twice", check: "results" },
  { worker: "running/text-only", check: "large-payload" },
  { worker: "running/sends-anything", check: "large-result" },
  { worker: "running/strict-reader", check: "unknown" },
  { worker: "running/new-trace", check: "trace" },
  { worker: "running/no-span", check: "trace-span" },
  { worker: "keeping/idle-silence", check: "heartbeat" },
  { worker: "keeping/forgetful-heartbeat", check: "heartbeat" },
  { worker: "keeping/slow-heartbeat", check: "heartbeat-even" },
  { worker: "keeping/ignores-cancel", check: "cancel" },
  { worker: "keeping/ignores-lost", check: "cancel-in-ack" },
  { worker: "keeping/deaf", check: "silence" },
  { worker: "keeping/no-fence", check: "self-fence" },
  { worker: "settling/forgets-settlement", check: "settle-resend" },
  { worker: "settling/stubborn", check: "settle-stale" },
  { worker: "settling/no-retry", check: "settle-retry" },
  { worker: "settling/insists", check: "settle-rejected" },
  { worker: "moving/no-resume", check: "resume" },
  { worker: "moving/holds-nothing", check: "resume" },
  { worker: "moving/no-number", check: "stream-number" },
  { worker: "moving/ok-is-the-end", check: "resume-after-ok" },
  { worker: "moving/keeps-lost", check: "session-lost" },
  { worker: "moving/tells-key", check: "secret" },
  { worker: "moving/closes-first", check: "server-drain" },
  { worker: "moving/opens-one-more", check: "server-drain" },
  { worker: "moving/stays", check: "dismiss" },
  { worker: "moving/drops-dead", check: "drain" },
  { worker: "moving/hasty", check: "drain" },
] as const;

describe("The conformance kit", function () {
  this.timeout(120_000);

  for (const { title, file } of correct) {
    it(`passes ${title}`, async () => {
      // Longer than elsewhere: nothing may look broken that is only slow on a busy machine.
      const options = { command: commandOf(file), checks: CHECKS, jobs: 6, ttlMs: 2 * ttlMs };
      const verdicts = await judge(options);
      assert.deepEqual(
        verdicts.filter((verdict) => !verdict.passed),
        [],
      );
      assert.ok(isConformant(verdicts));
    });
  }

  it("has a broken worker for every check, and a check for every broken worker", () => {
    const files = globSync("*/*.ts", { cwd: join(import.meta.dirname, "broken") });
    assert.deepEqual(
      files.map((file) => file.slice(0, -".ts".length)).sort(),
      caught.map(({ worker }) => worker).sort(),
    );
    assert.deepEqual(
      CHECKS.map(({ id }) => id).filter((id) => !caught.some(({ check }) => check === id)),
      [],
    );
  });

  it("has each broken worker in the folder of the checks that catch it", () => {
    for (const { worker, check } of caught) {
      assert.ok(
        groups[dirname(worker) as keyof typeof groups].some(({ id }) => id === check),
        `${worker} is caught by ${check}, which is not in checks/${dirname(worker)}.ts`,
      );
    }
  });

  describe("catches", () => {
    const verdicts = new Map<string, Verdict>();

    before(async () => {
      const queue = [...caught];
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          verdicts.set(next.worker, await judgeBroken(next.worker, next.check));
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    });

    it("and names the stream that was opened needlessly", () => {
      const seen = verdicts.get("moving/opens-one-more")?.seen ?? "";
      assert.match(seen, /stream 3 was opened while stream 2 was open and had the session/);
    });

    for (const { worker, check } of caught) {
      it(`${worker}.ts by the check ${check}`, () => {
        const verdict = verdicts.get(worker);
        assert.equal(verdict?.id, check);
        assert.equal(verdict.passed, false, verdict.seen);
      });
    }
  });
});

async function judgeBroken(worker: string, id: string): Promise<Verdict> {
  const checks = CHECKS.filter((check) => check.id === id);
  const command = commandOf(join("broken", `${worker}.ts`));
  const [verdict] = await judge({ command, checks, jobs: 1, ttlMs });
  assert.ok(verdict !== undefined);
  return verdict;
}

function commandOf(file: string): string {
  return `${process.execPath} --conditions=source ${join(import.meta.dirname, file)}`;
}
