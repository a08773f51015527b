import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import type { Events } from "../../server/src/automation/events/contract.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { BatonEvent } from "../../server/src/domain/events/event.ts";
import type { EventReplies } from "../../server/src/http/events/reply-preference.ts";
import { createHttpServer, type HttpServer } from "../../server/src/http/http-server.ts";
import { logInto } from "../support/grpc/grpc-server.ts";
import { deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";

const EVENT = {
  "content-type": "text/plain",
  "ce-specversion": "1.0",
  "ce-id": "1",
  "ce-source": "/orders",
  "ce-type": "paid",
};
const PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const MOST_OF_A_PEER = 128;
const OTHER_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

describe("Who sends events over HTTP", () => {
  const sockets: Socket[] = [];
  let published: BatonEvent[];
  let refusal: TaskError | null;
  let answerable: Promise<void>;
  let figuresRead: number;
  let http: HttpServer;
  let port: number;

  async function serve(eventReplies?: EventReplies): Promise<void> {
    published = [];
    figuresRead = 0;
    refusal = null;
    answerable = Promise.resolve();
    http = createHttpServer({
      events: {
        publish: async (events: readonly BatonEvent[]) => {
          published.push(...events);
          await answerable;
          return events.map(() => refusal ?? { taskIds: ["points~1"], deduplicated: false });
        },
      } as unknown as Events,
      log: logInto([]),
      metricsText: async () => {
        figuresRead += 1;
        return "";
      },
      isReady: () => true,
      ...(eventReplies !== undefined && { eventReplies }),
    });
    port = await http.listen("127.0.0.1", 0);
  }

  beforeEach(() => serve());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
    await http?.close();
  });

  const ask = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = "",
    agent = new Agent(),
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const options = { port, host: "127.0.0.1", method, path, headers, agent };
      const call = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      call.on("error", reject);
      call.end(body);
    });
  const publish = (headers: Record<string, string> = {}): Promise<Answer> =>
    ask("POST", "/v1/events", { ...EVENT, ...headers }, "x");

  async function open(): Promise<Socket> {
    const socket = connect({ port, host: "127.0.0.1" });
    sockets.push(socket);
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  describe("and asks whether they are welcome", () => {
    const handshake = (headers: Record<string, string>): Promise<Answer> =>
      ask("OPTIONS", "/v1/events", headers);

    it("is told so, at any rate, and no callback is called", async () => {
      const { status, headers, body } = await handshake({
        "WebHook-Request-Origin": "eventgrid.azure.net",
        "WebHook-Request-Rate": "120",
        "WebHook-Request-Callback": `http://127.0.0.1:${port}/metrics`,
      });
      assert.deepEqual(
        [status, headers.allow, headers["webhook-allowed-origin"], headers["webhook-allowed-rate"]],
        [200, "POST, OPTIONS", "eventgrid.azure.net", "*"],
      );
      assert.equal(body, "");
      await ask("GET", "/livez");
      assert.equal(figuresRead, 0);
    });

    it("gets no consent that it has not asked for", async () => {
      const { status, headers } = await handshake({});
      assert.deepEqual([status, headers.allow], [204, "POST, OPTIONS"]);
      assert.equal(headers["webhook-allowed-origin"], undefined);
      assert.equal((await ask("OPTIONS", "/metrics")).status, 405);
    });

    it("is refused where it comes from a page or under a foreign name, or what it says is malformed", async () => {
      const refused: [number, Record<string, string>][] = [
        [403, { origin: "http://evil.example" }],
        [403, { host: "evil.example" }],
        [400, { "WebHook-Request-Origin": "two words" }],
        [400, { "WebHook-Request-Rate": "0" }],
        [400, { "WebHook-Request-Rate": "1e9" }],
      ];
      for (const [status, headers] of refused) {
        const answer = await handshake({ "WebHook-Request-Origin": "a.example", ...headers });
        assert.equal(answer.status, status, JSON.stringify(headers));
        assert.equal(answer.headers["webhook-allowed-origin"], undefined);
      }
    });
  });

  describe("and says what it wants to read", () => {
    it("gets no receipt with return=minimal, but is told of an error", async () => {
      const stored = await publish({ prefer: "respond-async, return=minimal; x=1" });
      assert.deepEqual([stored.status, stored.body], [204, ""]);
      assert.equal(stored.headers["content-type"], undefined);
      refusal = new TaskError("STORE_FULL", "no room", { retryAfterMs: 3_000 });
      const refused = await publish({ prefer: "return=minimal" });
      assert.deepEqual([refused.status, refused.headers["retry-after"]], [429, "3"]);
      assert.match(refused.body, /no room/);
    });

    it("gets no body at all where it reads it as an event, as Knative does", async () => {
      const stored = await publish({ prefer: "reply" });
      assert.deepEqual([stored.status, stored.body], [204, ""]);
      refusal = new TaskError("STORE_FULL", "no room", { retryAfterMs: 3_000 });
      const refused = await publish({ prefer: "reply" });
      assert.deepEqual(
        [refused.status, refused.body, refused.headers["retry-after"]],
        [429, "", "3"],
      );
      const malformed = await publish({ prefer: "reply", "ce-specversion": "9" });
      assert.deepEqual([malformed.status, malformed.body], [400, ""]);
      const nowhere = await ask("POST", "/", { ...EVENT, prefer: "reply" }, "x");
      assert.deepEqual([nowhere.status, nowhere.body], [405, ""]);
    });

    it("gets what the operator chose where it says nothing", async () => {
      assert.match((await publish()).body, /"task_ids":\["points~1"\]/);
      await http.close();
      await serve("empty");
      assert.deepEqual([(await publish()).status, (await publish()).body], [204, ""]);
      const asked = await publish({ prefer: 'return="representation"' });
      assert.match(asked.body, /"task_ids":\["points~1"\]/);
      assert.match((await ask("GET", "/livez")).body, /alive/);
    });
  });

  describe("and is traced", () => {
    const traceOf = async (headers: Record<string, string>): Promise<Record<string, string>> => {
      assert.equal((await publish(headers)).status, 200);
      return { ...published.at(-1)?.extensions };
    };

    it("has its own trace go on where the event has none", async () => {
      const headers = { traceparent: PARENT, tracestate: "a=1", baggage: "b=2" };
      assert.deepEqual(await traceOf(headers), headers);
      assert.deepEqual(await traceOf({ ...headers, "ce-traceparent": "00-0-0-00" }), headers);
      assert.deepEqual(await traceOf({ traceparent: PARENT, "ce-baggage": "c=3" }), {
        traceparent: PARENT,
        baggage: "c=3",
      });
    });

    it("keeps the trace that the event began in, whatever hops it took", async () => {
      const headers = { traceparent: PARENT, tracestate: "a=1", "ce-traceparent": OTHER_PARENT };
      assert.deepEqual(await traceOf(headers), { traceparent: OTHER_PARENT });
    });

    it("has no event refused for a header that is malformed or too long", async () => {
      assert.deepEqual(await traceOf({ traceparent: PARENT.toUpperCase(), tracestate: "a=1" }), {});
      assert.deepEqual(
        await traceOf({ traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-01` }),
        {},
      );
      assert.deepEqual(
        await traceOf({
          traceparent: PARENT,
          tracestate: `a=${"1".repeat(2_000)}`,
          baggage: "b=é",
        }),
        { traceparent: PARENT },
      );
    });

    it("has its trace in every event of a batch", async () => {
      const event = { specversion: "1.0", source: "/orders", type: "paid" };
      const batch = [
        { ...event, id: "1" },
        { ...event, id: "2", traceparent: OTHER_PARENT },
      ];
      const headers = {
        "content-type": "application/cloudevents-batch+json",
        traceparent: PARENT,
      };
      await ask("POST", "/v1/events", headers, JSON.stringify(batch));
      assert.deepEqual(
        published.map(({ extensions }) => extensions.traceparent),
        [PARENT, OTHER_PARENT],
      );
    });
  });

  describe("and asks in absolute form", () => {
    it("is answered as in origin form, whatever the method", async () => {
      const own = `http://127.0.0.1:${port}`;
      assert.equal((await ask("GET", `${own}/livez`)).body, "alive\n");
      assert.match((await ask("GET", `HTTP://localhost`)).body, /POST \/v1\/events/);
      assert.equal((await ask("HEAD", `${own}/readyz?verbose`)).status, 200);
      assert.equal((await ask("POST", `${own}/v1/events`, EVENT, "x")).status, 200);
      assert.equal((await ask("GET", `${own}/nothing`)).status, 404);
    });

    it("is refused by the host of the target, which counts in the place of the header", async () => {
      assert.equal((await ask("GET", "http://evil.example/livez")).status, 403);
      const page = { ...EVENT, origin: "http://localhost:1" };
      assert.equal((await ask("POST", "http://localhost:2/v1/events", page, "x")).status, 403);
      assert.equal((await ask("GET", "http://me@localhost/livez")).status, 400);
      assert.equal((await ask("GET", "http://[/livez")).status, 400);
    });
  });

  describe("and keeps its connection", () => {
    const head = "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
    const answered = async (socket: Socket): Promise<string> => {
      socket.write(head);
      return String((await once(socket, "data"))[0]);
    };

    it("may keep it idle for longer than clients do, and is told for how long", async () => {
      assert.match(await answered(await open()), /\r\nkeep-alive: timeout=95\r\n/i);
    });

    it("loses it to a newcomer when it is the one that is idle for longest", async function () {
      this.timeout(20_000);
      const [first, idlest] = [await open(), await open()] as const;
      assert.match(await answered(idlest), / 200 /);
      assert.match(await answered(first), / 200 /);
      while (sockets.length < MOST_OF_A_PEER) {
        await open();
      }
      await eventually(() => assert.equal(http.openConnections, MOST_OF_A_PEER));
      const newcomer = await open();
      assert.match(await answered(newcomer), / 200 /);
      await eventually(() => assert.equal(idlest.closed, true));
      assert.equal(first.closed, false);
      assert.equal(sockets.filter(({ closed }) => closed).length, 1);
    });

    it("does not keep the server from stopping, nor does one that is answered while it stops", async () => {
      const idle = await open();
      assert.match(await answered(idle), / 200 /);
      const release = deferred<void>();
      answerable = release.promise;
      const late = ask("POST", "/v1/events", EVENT, "x", new Agent({ keepAlive: true }));
      await eventually(() => assert.equal(published.length, 1));
      const stopped = http.close();
      await eventually(() => assert.equal(idle.closed, true));
      release.resolve();
      assert.equal((await late).headers.connection, "close");
      await stopped;
    });
  });
});
