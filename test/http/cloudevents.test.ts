import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { CloudEvent, emitterFor, httpTransport, Mode } from "cloudevents";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { createEvents } from "../../server/src/automation/events/events.ts";
import type { Subscription } from "../../server/src/domain/events/event.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { openWorld, processOf, tasksOf, type World } from "../support/automation.ts";
import { Life } from "../support/processes/mortal.ts";
import { newSpec } from "../support/task-factory.ts";
import { settled } from "../support/time/settled.ts";

const QUEUE = "points" as QueueName;
const MEBIBYTE = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
}

describe("CloudEvents over HTTP", () => {
  let world: World;
  let events: Events;
  let http: HttpServer;
  let port: number;
  let life: Life;

  beforeEach(async () => {
    world = openWorld();
    life = new Life();
    const parts = processOf(world, life);
    events = createEvents(parts);
    http = createHttpServer({
      events,
      log: parts.log,
      metricsText: async () => "",
      isReady: () => true,
    });
    port = await http.listen("127.0.0.1", 0);
    const subscription: Subscription = {
      name: QUEUE,
      eventType: "paid*",
      source: "",
      attributes: {},
      task: newSpec({ queue: QUEUE, payload: Buffer.alloc(0) }),
      paused: false,
    };
    await events.putSubscription(subscription);
  });
  afterEach(async () => {
    await http?.close();
    await events?.stop();
    await world?.store.close();
  });

  const send = (
    body: string | Buffer,
    headers: Record<string, string>,
    { method = "POST", path = "/v1/events" } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = httpRequest({ port, host: "127.0.0.1", method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text === "" ? {} : JSON.parse(text),
          });
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  const structured = (event: unknown): Promise<Answer> =>
    send(JSON.stringify(event), { "content-type": "application/cloudevents+json" });
  const minimal = { specversion: "1.0", id: "1", source: "/orders", type: "paid" };
  const onlyTask = async () => {
    await settled();
    const [task, ...others] = await tasksOf(world.store, QUEUE);
    assert.ok(task !== undefined && others.length === 0);
    return { headers: task.spec.headers, type: task.spec.contentType, text: textOf(task.spec) };
  };
  const textOf = ({ payload }: { payload: Uint8Array }): string => Buffer.from(payload).toString();

  for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
    it(`takes what the official SDK emits in ${mode} mode`, async () => {
      const emit = emitterFor(httpTransport(`http://127.0.0.1:${port}/v1/events`), { mode });
      const event = new CloudEvent({
        id: "7",
        source: "/orders",
        type: "paid",
        subject: "order 7",
        time: "2026-01-02T03:04:05.678Z",
        datacontenttype: "application/json",
        data: { amount: 12 },
        tenant: "blue",
      });
      const sent = (await emit(event)) as { body: string };
      assert.equal(JSON.parse(sent.body).deduplicated, false);
      const { headers, type, text } = await onlyTask();
      assert.deepEqual(headers, {
        "ce-specversion": "1.0",
        "ce-id": "7",
        "ce-source": "/orders",
        "ce-type": "paid",
        "ce-subject": "order 7",
        "ce-time": "2026-01-02T03:04:05.678Z",
        "ce-tenant": "blue",
      });
      assert.match(type, /^application\/json/);
      assert.equal(text, '{"amount":12}');
      const again = (await emit(event)) as { body: string };
      assert.equal(JSON.parse(again.body).deduplicated, true);
    });
  }

  it("takes a batch and answers each event by itself", async () => {
    const batch = [minimal, { ...minimal, id: "2" }, { ...minimal, id: "" }];
    const { status, body } = await send(JSON.stringify(batch), {
      "content-type": "application/cloudevents-batch+json; charset=utf-8",
    });
    assert.equal(status, 400);
    const results = body.results as Record<string, { fields?: { field: string }[] }>[];
    assert.deepEqual(
      results.map((each) => each.error?.fields?.[0]?.field ?? "stored"),
      ["stored", "stored", "events[2].id"],
    );
    await settled();
    assert.equal((await tasksOf(world.store, QUEUE)).length, 2);
  });

  it("hands data on as it was written", async () => {
    const raw =
      '{"specversion":"1.0","id":"1","source":"/o","type":"paid","data":{"n":9007199254740993}}';
    await send(raw, { "content-type": "application/cloudevents+json" });
    assert.deepEqual((await onlyTask()).text, '{"n":9007199254740993}');
  });

  it("takes binary data in base64, and text as it is", async () => {
    await structured({ ...minimal, datacontenttype: "image/png", data_base64: "AAEC/w==" });
    const first = await onlyTask();
    assert.deepEqual(
      [first.type, first.text],
      ["image/png", Buffer.from([0, 1, 2, 255]).toString()],
    );
    const { status } = await structured({
      ...minimal,
      id: "2",
      type: "other",
      datacontenttype: "text/plain",
      data: "hello",
    });
    assert.equal(status, 200);
  });

  it("reads percent-encoded headers", async () => {
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/orders",
      "ce-type": "paid",
      "ce-subject": "Gr%C3%BC%C3%9Fe",
      "content-type": "application/octet-stream",
    };
    await send(Buffer.from([1]), headers);
    assert.equal((await onlyTask()).headers["ce-subject"], "Grüße");
    assert.equal((await send("", { ...headers, "ce-subject": "%zz" })).status, 400);
  });

  it("refuses another event with the same source and id", async () => {
    await structured(minimal);
    const { status, body } = await structured({ ...minimal, data: "other" });
    assert.equal(status, 409);
    assert.equal((body.error as { reason: string }).reason, "EVENT_ID_REUSED");
  });

  for (const [what, event, field] of [
    ["without id", { ...minimal, id: undefined }, "event.id"],
    ["without source", { ...minimal, source: undefined }, "event.source"],
    ["without type", { ...minimal, type: "" }, "event.type"],
    ["with a bad extension", { ...minimal, Bad_Name: "x" }, 'event.extensions["Bad_Name"]'],
  ] as const) {
    it(`names the field of an event ${what}`, async () => {
      const { status, body } = await structured(event);
      assert.equal(status, 400);
      const { fields } = body.error as { fields: { field: string }[] };
      assert.equal(fields[0]?.field, field);
    });
  }

  it("refuses what is no CloudEvent of version 1.0", async () => {
    assert.equal((await structured({ ...minimal, specversion: "0.3" })).status, 400);
    assert.equal((await structured([minimal])).status, 400);
    assert.equal((await structured({ ...minimal, time: "yesterday" })).status, 400);
    assert.equal((await structured({ ...minimal, data_base64: "?" })).status, 400);
    assert.equal((await structured({ ...minimal, tenant: { a: 1 } })).status, 400);
    for (const type of ["application/cloudevents+json", "application/cloudevents-batch+json"]) {
      assert.equal((await send("{", { "content-type": type })).status, 400);
      assert.equal((await send(Buffer.from([0xff]), { "content-type": type })).status, 400);
    }
    assert.equal(
      (await send("[]", { "content-type": "application/cloudevents-batch+json" })).status,
      400,
    );
  });

  it("answers 404, 405, 413 and 415 where it should", async () => {
    const json = { "content-type": "application/cloudevents+json" };
    assert.equal((await send("", {}, { path: "/" })).status, 405);
    assert.equal((await send("", {}, { path: "/nothing" })).status, 404);
    assert.equal((await send("", {}, { path: "/__proto__" })).status, 404);
    const wrongMethod = await send("", {}, { method: "PUT" });
    assert.deepEqual([wrongMethod.status, wrongMethod.headers.allow], [405, "POST, OPTIONS"]);
    assert.equal((await send("{}", { "content-type": "application/json" })).status, 415);
    assert.equal(
      (await send("<x/>", { "content-type": "application/cloudevents+xml" })).status,
      415,
    );
    assert.equal((await send("{}", { ...json, "content-encoding": "gzip" })).status, 415);
    const large = await send("", { ...json, "content-length": String(5 * MEBIBYTE) }).catch(
      () => null,
    );
    assert.ok(large === null || large.status === 413);
    const tooLarge = await structured({ ...minimal, data: "x".repeat(MEBIBYTE) });
    assert.deepEqual(
      [tooLarge.status, (tooLarge.body.error as { reason: string }).reason],
      [400, "PAYLOAD_TOO_LARGE"],
    );
  });

  it("says 503 and when to try again while the store is away, and nothing about why", async () => {
    await events.stop();
    const { status, headers, body } = await structured(minimal);
    assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
    assert.doesNotMatch(JSON.stringify(body), /Error|at |node:/);
  });
});
