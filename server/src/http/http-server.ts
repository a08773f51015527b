import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@baton/proto/shared";
import type { Events } from "../automation/events/contract.ts";
import type { DispatchLog } from "../dispatch/log.ts";
import { TaskError } from "../domain/errors.ts";
import type { CutReason } from "../net/listener.ts";
import { DEFAULT_MEMORY_LIMITS, MemoryBudget } from "../net/memory-budget.ts";
import { EVENTS_PATH, publishOverHttp } from "./events/publish-route.ts";
import { asPreferred, type EventReplies } from "./events/reply-preference.ts";
import { consentToWebhook } from "./events/webhook-consent.ts";
import { HttpConnections } from "./http-connections.ts";
import { HttpError } from "./http-error.ts";
import { answerAndLinger } from "./lingering-answer.ts";
import { refuseForeignHost, refuseOtherSites } from "./request-guard.ts";
import { targetOf } from "./request-target.ts";
import { errorAnswer, type HttpAnswer, respond } from "./respond.ts";
import { statusRoutes } from "./status-routes.ts";

/** What an HTTP server is made of. */
export interface HttpServerParts {
  readonly events: Events;
  readonly log: DispatchLog;
  /** Every metric, in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** Whether this dispatcher should be sent work. */
  readonly isReady: () => boolean;
  /** Names that this server may be asked for, beside its own; see `refuseForeignHost`. */
  readonly allowedHosts?: ReadonlySet<string>;
  /** What is answered to who sends events and does not say what it wants. Default: a receipt. */
  readonly eventReplies?: EventReplies;
  readonly clock?: Clock;
  /** Default: one of its own. */
  readonly budget?: MemoryBudget;
  /** Told of each connection that is refused or cut. */
  readonly onCut?: (reason: CutReason) => void;
}

/** The dispatcher's HTTP server: takes CloudEvents, shows metrics and readiness. */
export interface HttpServer {
  /** How many connections are open. */
  readonly openConnections: number;
  /**
   * Serves at the address.
   *
   * @returns the port
   * @throws with one line for people where the address cannot be had
   */
  listen(host: string, port: number): Promise<number>;
  /** Takes no more requests, ends connections that have none, and waits for the others. */
  close(): Promise<void>;
  /** Ends every connection at once. */
  cut(): void;
}

type Route = (request: IncomingMessage) => Promise<HttpAnswer>;
/** What answers, by path and method. */
type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>;

const LIMITS_OF_CONNECTIONS = {
  // Twenty extensions of 1,000 bytes, each in percent encoding.
  maxHeaderSize: 64 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  // Longer than clients keep idle connections (Go and Envoy: 90 s and less), so that it is they who end them.
  keepAliveTimeout: 95_000,
  connectionsCheckingInterval: 1_000,
} as const;
/** Where all places are taken, a newcomer takes that of who is idle for longest, or came first. */
const CONNECTIONS = {
  maxConnections: 256,
  maxPeerConnections: 128,
  greetingBytes: "GET / HTTP/1.1".length,
  greetingTimeoutMs: 5_000,
} as const;
/** What is asked for without changing anything. */
const READING = ["GET", "HEAD"];

/** Makes an HTTP server that hands events to the dispatcher. */
export function createHttpServer(parts: HttpServerParts): HttpServer {
  const { events, log, allowedHosts = new Set(), clock = systemClock } = parts;
  const { eventReplies = "receipt" } = parts;
  const { budget = new MemoryBudget(DEFAULT_MEMORY_LIMITS, clock), onCut = () => {} } = parts;
  const connections = new HttpConnections({ limits: CONNECTIONS, budget, clock, log, onCut });
  const routes: Routes = {
    [EVENTS_PATH]: {
      POST: (request) => publishOverHttp(events, request, connections),
      OPTIONS: consentToWebhook,
    },
    ...statusRoutes(parts),
    "/": { GET: async () => ({ status: 200, headers: {}, body: pathsText(routes) }) },
  };
  const server = createServer(LIMITS_OF_CONNECTIONS, (request, response) => {
    connections.note(request, response);
    // Who is asked to stop has ended the connections that were idle then, and this one would be idle next.
    response.once("close", () => server.listening || server.closeIdleConnections());
    answer(routes, request, allowedHosts)
      .catch((error: unknown) => failureOf(error, log))
      .then((reply) =>
        request.method === "POST" ? asPreferred(reply, request.headers, eventReplies) : reply,
      )
      .then((reply) => finish(request, response, reply, server.listening, clock))
      .catch((error: unknown) => log.error({ err: error }, "a request was not answered"));
  });
  server.prependListener("connection", (socket) => connections.take(socket));
  return {
    get openConnections() {
      return connections.open;
    },
    listen: (host, port) => listen(server, host, port),
    close: () => close(server).finally(() => connections.stop()),
    cut: () => server.closeAllConnections(),
  };
}

function pathsText(routes: Routes): string {
  const lines = Object.entries(routes).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}\n`),
  );
  return lines.join("");
}

async function answer(
  routes: Routes,
  request: IncomingMessage,
  allowedHosts: ReadonlySet<string>,
): Promise<HttpAnswer> {
  const { host, path } = targetOf(request);
  refuseForeignHost(host, request, allowedHosts);
  if (!Object.hasOwn(routes, path)) {
    throw new HttpError(404, "there is nothing here; GET / names every path");
  }
  const methods = routes[path] ?? {};
  const asked = request.method ?? "";
  if (!READING.includes(asked)) {
    refuseOtherSites(host, request);
  }
  // Node leaves the body away where it was HEAD.
  const method = asked === "HEAD" ? "GET" : asked;
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (route === undefined) {
    const known = Object.keys(methods);
    const allowed = (known.includes("GET") ? [...known, "HEAD"] : known).join(", ");
    throw new HttpError(405, `use ${allowed}`, { allow: allowed });
  }
  return route(request);
}

function failureOf(error: unknown, log: DispatchLog): HttpAnswer {
  if (error instanceof HttpError) {
    const { status, headers, message } = error;
    return { status, headers, body: { error: { message } } };
  }
  if (error instanceof TaskError) {
    return errorAnswer(error);
  }
  const errorId = randomBytes(9).toString("base64url");
  log.error({ err: error, error_id: errorId }, "internal error");
  return errorAnswer(
    new TaskError("INTERNAL", "internal error", { metadata: { error_id: errorId } }),
  );
}

function finish(
  request: IncomingMessage,
  response: ServerResponse,
  reply: HttpAnswer,
  isListening: boolean,
  clock: Clock,
): void {
  if (!request.complete) {
    answerAndLinger(request, response, reply, clock);
  } else if (isListening) {
    respond(response, reply);
  } else {
    respond(response, { ...reply, headers: { ...reply.headers, connection: "close" } });
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is taken" : (error.code ?? error.message);
      reject(new Error(`cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
