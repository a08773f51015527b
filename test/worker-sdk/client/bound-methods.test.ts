import assert from "node:assert/strict";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { freePort } from "../../support/grpc/loopback.ts";

type Method = (...parameters: unknown[]) => unknown;

function methodsOf(object: object): [string, Method][] {
  const prototype = Object.getPrototypeOf(object);
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== "constructor")
    .filter((name) => "value" in (Object.getOwnPropertyDescriptor(prototype, name) ?? {}))
    .map((name) => [name, Reflect.get(object, name)]);
}

/** Calls it as a function, with nothing; returns what is wrong. */
async function errorOf(method: Method): Promise<unknown> {
  try {
    const returned = await method();
    const isGenerator = typeof returned === "object" && returned !== null && "next" in returned;
    await (isGenerator && (returned as AsyncGenerator).next());
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("Methods that are taken from their object", () => {
  it("work without it: those of a client, of its schedules, events, queues and operations, and of a worker", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const client = new TaskClient({ address, timeoutMs: 100 });
    const worker = new Worker({ address, queues: { email: () => {} }, logger: silentLogger });
    try {
      // A worker that was stopped before it was run does not connect.
      await worker.stop();
      for (const object of [
        client.schedules,
        client.events,
        client.queues,
        client.operations,
        worker,
        client,
      ]) {
        const methods = methodsOf(object);
        assert.ok(methods.length > 2);
        for (const [name, method] of methods) {
          const error = await errorOf(method);
          assert.doesNotMatch(String(error), /private|#|of undefined/, name);
        }
      }
    } finally {
      await client.close();
    }
  });
});
