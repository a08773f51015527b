import assert from "node:assert/strict";
import { OptionsError, TaskClient, Worker } from "@baton/worker-sdk";

const done = () => "done";

describe("A worker's options", () => {
  it("are refused all at once", () => {
    const make = () =>
      new Worker({
        address: "",
        queues: {
          "bad queue": done,
          none: { types: {} },
          wrong: 7 as never,
          t: { types: { " ": done } },
        },
        concurrency: 0,
        workerId: "_",
        drainTimeoutMs: -1,
        stopTimeoutMs: Number.NaN,
        labels: { "": "x", y: "\uD83D" },
        onStateChange: "no" as never,
      });
    assert.throws(make, (error) => {
      assert.ok(error instanceof OptionsError);
      assert.deepEqual(
        error.problems.map(({ field }) => field),
        [
          "address",
          "concurrency",
          "drainTimeoutMs",
          "stopTimeoutMs",
          'labels[""]',
          'labels["y"]',
          "onStateChange",
          "workerId",
          "queues.bad queue",
          "queues.none.types",
          "queues.wrong",
          "queues.t.types. ",
        ],
      );
      assert.match(error.message, /address must be the dispatcher's host and port; concurrency/);
      return true;
    });
    assert.throws(
      () => new Worker({ address: "a", queues: {} }),
      /queues must have 1 to 64 queues/,
    );
    assert.throws(() => new Worker({ address: "a", queues: null as never }), OptionsError);
  });

  it("refuse an address that is a URL, for a worker and a client alike", () => {
    for (const address of ["http://127.0.0.1:7400", "HTTPS://baton", " 127.0.0.1:7400", "a b"]) {
      const expected = /^address must be the dispatcher's host and port, without http/;
      assert.throws(() => new Worker({ address, queues: { email: done } }), { message: expected });
      assert.throws(() => new TaskClient({ address }), { message: expected });
    }
    for (const address of [
      "dns:///a:1",
      "ipv4:1.2.3.4:5,6.7.8.9:10",
      "[::1]:1",
      "unix:/a",
      "http:1",
    ]) {
      assert.ok(new TaskClient({ address }));
    }
  });

  it("give a worker a name that a dispatcher takes", () => {
    const worker = new Worker({ address: "a", queues: { email: done } });
    assert.match(worker.workerId, /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
  });
});
