import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { type Logger, NonRetryableError, type WorkerState } from "@baton/worker-sdk";
import { describeThrown } from "../../../worker-sdk/src/values/thrown.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

class HttpError extends Error {}
class InvalidCard extends NonRetryableError {}

const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error("no property");
    },
    getPrototypeOf: () => {
      throw new Error("no prototype");
    },
    has: () => {
      throw new Error("nothing");
    },
    ownKeys: () => {
      throw new Error("no keys");
    },
  },
);

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const errorWith = (getters: Record<string, () => unknown>): Error => {
  const error = new Error("kept");
  for (const [name, get] of Object.entries(getters)) {
    Object.defineProperty(error, name, { get });
  }
  return error;
};
const fails = (): never => {
  throw new Error("read");
};

describe("What a handler throws", () => {
  const CASES: readonly [what: string, thrown: unknown, type: string, message: RegExp][] = [
    ["a subclass without a name", new HttpError("502"), "HttpError", /^502$/],
    ["a subclass of the SDK's errors", new InvalidCard("no"), "InvalidCard", /^no$/],
    ["an anonymous class", new (class extends TypeError {})("x"), "TypeError", /^x$/],
    ["an error of another realm", runInNewContext("new TypeError('far')"), "TypeError", /^far$/],
    ["an object with a message", { code: 7, message: "plain" }, "Error", /^plain$/],
    ["one with a name too", { name: "Refused", message: "plain" }, "Refused", /^plain$/],
    ["an object without", { status: 502, body: { a: [1] } }, "Error", /status: 502.*a: \[ 1 \]/],
    ["a list", [1, "two"], "Error", /^\[ 1, 'two' \]$/],
    ["an object without a prototype", Object.create(null), "Error", /Object: null prototype/],
    ["a string", "just text", "Error", /^just text$/],
    ["nothing", undefined, "Error", /^undefined$/],
    ["a symbol", Symbol("sign"), "Error", /^Symbol\(sign\)$/],
    ["a bigint", 7n, "Error", /^7$/],
    ["a function", fails, "Error", /fails/],
    ["a DOMException", new DOMException("gone", "AbortError"), "AbortError", /^gone$/],
    ["a proxy that throws whatever is asked", throwing, "Error", /^\{\}$/],
    ["a proxy that was revoked", revoked(), "Error", /Revoked Proxy/],
    ["an error whose name throws", errorWith({ name: fails }), "Error", /^kept$/],
    ["an error whose stack throws", errorWith({ stack: fails }), "Error", /^kept$/],
    ["an error whose cause throws", errorWith({ cause: fails }), "Error", /^kept$/],
  ];
  for (const [what, thrown, type, message] of CASES) {
    it(`is described where it is ${what}`, () => {
      const described = describeThrown(thrown);
      assert.equal(described.type, type);
      assert.match(described.message, message);
    });
  }

  it("has the stack of another realm's error", () => {
    const far = runInNewContext("function boom() { return new Error('far') } boom()");
    assert.match(describeThrown(far).stack, /at boom/);
  });

  it("has what an AggregateError holds, and causes that are no errors", () => {
    const errors = [new HttpError("first"), "second", { message: "third" }, 4, 5, 6, 7];
    const { message, stack } = describeThrown(new AggregateError(errors, "all failed"));
    assert.equal(message, "all failed");
    assert.match(
      stack,
      /Holds: [\s\S]*first[\s\S]*Holds: second\n[\s\S]*Holds: Error: third\n[\s\S]*Holds 2 more$/,
    );
    const caused = describeThrown(new Error("outer", { cause: { message: "inner", cause: 42 } }));
    assert.match(caused.stack, /Caused by: Error: inner\nCaused by: 42$/);
    const held = new Error("outer", { cause: new AggregateError([new Error("deep")], "many") });
    assert.match(describeThrown(held).stack, /Caused by: [\s\S]*many[\s\S]*Holds: Error: deep/);
  });

  it("ends where causes go in a circle", () => {
    const error = new Error("round");
    error.cause = error;
    assert.ok(describeThrown(error).stack.length < 20_000);
  });

  describe("and what callbacks and loggers throw", () => {
    let service: ScriptedWorkerService;
    let workers: Workers;
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    beforeEach(async () => {
      unhandled.length = 0;
      process.on("unhandledRejection", note);
      service = await ScriptedWorkerService.start();
      workers = new Workers(service.address);
    });
    afterEach(async () => {
      await workers?.stop();
      await service?.stop();
      process.off("unhandledRejection", note);
      assert.deepEqual(unhandled, []);
    });

    const thrower = (): never => {
      throw new Error("the logger is broken");
    };
    const rejecter = async (): Promise<never> => thrower();
    const OBSERVERS: Readonly<Record<string, Logger>> = {
      throws: { debug: thrower, info: thrower, warn: thrower, error: thrower },
      rejects: { debug: rejecter, info: rejecter, warn: rejecter, error: rejecter },
    };
    for (const [what, logger] of Object.entries(OBSERVERS)) {
      it(`changes no outcome and ends nothing (${what})`, async () => {
        const states: WorkerState[] = [];
        const observe = logger.error as () => void;
        const worker = workers.start({
          logger,
          onAttemptEnd: observe,
          onStateChange: (state) => {
            states.push(state);
            return observe();
          },
          queues: {
            email: (task, context) => {
              context.logger.warn({}, "working");
              if (task.payload === 1) {
                throw throwing;
              }
              return task.payload === 2 ? Promise.reject(revoked()) : "done";
            },
          },
        });
        const stream = await service.stream(0);
        const task = (n: number) =>
          service.task({ payload: Buffer.from(String(n)), contentType: "application/json" });
        stream.grant(task(0), task(1), task(2));
        const outcomes = (await stream.settled(3)).map(({ outcome }) => outcome);
        assert.deepEqual(outcomes, ["complete", "fail", "fail"]);
        await worker.stop();
        await eventually(() => assert.equal(states.at(-1), "stopped"));
      });
    }

    it("is logged where it is a callback's", async () => {
      const lines: string[] = [];
      const log = (_: object, message: string) => void lines.push(message);
      workers.start({
        logger: { debug: log, info: log, warn: log, error: log },
        onAttemptEnd: rejecter,
        queues: { email: () => "done" },
      });
      const stream = await service.stream(0);
      stream.grant(service.task());
      await stream.settled(1);
      await eventually(() => assert.ok(lines.includes("onAttemptEnd threw")));
    });
  });
});
