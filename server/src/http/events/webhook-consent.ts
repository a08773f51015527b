import type { IncomingMessage } from "node:http";
import { HttpError } from "../http-error.ts";
import type { HttpAnswer } from "../respond.ts";

const ALLOWED = "POST, OPTIONS";
const ORIGIN = /^[\x21-\x7e]{1,253}$/;
const RATE = /^[1-9]\d{0,9}$/;

/**
 * Answers the handshake of CloudEvents' "HTTP 1.1 Web Hooks": a sender asks whether its events are expected
 * here, and is told so, at any rate. That grants nothing: who may ask may publish as well, and too much is
 * answered 429 or 503. A callback that the sender offers is not called: anybody could have this server
 * fetch any address.
 *
 * @throws HttpError 400 where a header of the handshake is malformed
 */
export async function consentToWebhook({ headers }: IncomingMessage): Promise<HttpAnswer> {
  const origin = textOf(headers["webhook-request-origin"]);
  const rate = textOf(headers["webhook-request-rate"]);
  if (origin === null) {
    return { status: 204, headers: { allow: ALLOWED }, body: null };
  }
  if (!ORIGIN.test(origin)) {
    throw new HttpError(400, "the header webhook-request-origin is not the name of a sender");
  }
  if (rate !== null && !RATE.test(rate)) {
    throw new HttpError(
      400,
      "the header webhook-request-rate is not a number of requests a minute",
    );
  }
  return {
    status: 200,
    headers: {
      allow: ALLOWED,
      "webhook-allowed-origin": origin,
      "webhook-allowed-rate": "*",
    },
    body: null,
  };
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? header : null;
}
