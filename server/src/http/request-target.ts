import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

/** What a request asks for. */
export interface RequestTarget {
  /** With the port, if one was given; undefined where the client names no host, as HTTP/1.0 may. */
  readonly host: string | undefined;
  /** Without the query. */
  readonly path: string;
}

const ABSOLUTE = /^https?:\/\//i;

/**
 * Reads what a request asks for, in origin form (`/path`) or in absolute form (`http://host/path`), which
 * proxies and their clients send. There the host of the target counts, and the Host header does not.
 *
 * @throws HttpError 400 where an absolute form is malformed, or there are two Host headers
 */
export function targetOf({ url = "", headers, headersDistinct }: IncomingMessage): RequestTarget {
  // Whatever stands before this server may have gone by the other one.
  if ((headersDistinct.host?.length ?? 0) > 1) {
    throw new HttpError(400, "the request has more than one Host header");
  }
  if (!ABSOLUTE.test(url)) {
    return { host: headers.host, path: url.split("?", 1)[0] ?? "" };
  }
  const target = URL.parse(url);
  if (target === null || target.username !== "" || target.password !== "") {
    throw new HttpError(400, "the request's target is not a URL");
  }
  return { host: target.host, path: target.pathname };
}
