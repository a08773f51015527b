import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { HttpError } from "./http-error.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** What is named in an answer of the hosts that are refused. */
const SHOWN_HOST = /^[a-z0-9._-]{1,253}$/;
const PORT = /:\d*$/;
/** What a browser says of a request that no other site's page made. */
const OWN_SITES = ["same-origin", "none"];

/**
 * Refuses requests for a host that is not this one: a web page whose name its owner points to this address
 * (DNS rebinding) could else read and write here from a browser that reaches it. Served are the loopback
 * names and addresses, the address that the request came to, names without a dot, which nobody can register,
 * and those that are allowed.
 *
 * @throws HttpError 403
 */
export function refuseForeignHost(
  host: string | undefined,
  request: IncomingMessage,
  allowed: ReadonlySet<string>,
): void {
  if (host === undefined) {
    return;
  }
  // A dot at the end changes nothing: `a.example.` is `a.example`.
  const name = host.replace(PORT, "").replace(/\.$/, "").toLowerCase();
  const isServed =
    LOOPBACK.test(name) || allowed.has(name) || isOwn(name, request) || /^[a-z0-9_-]+$/.test(name);
  if (!isServed) {
    const shown = SHOWN_HOST.test(name) ? `the host ${name}` : "this host";
    throw new HttpError(403, `${shown} is not served here; see --http-allowed-hosts`);
  }
}

/**
 * Refuses what the page of another site has a browser do.
 *
 * @throws HttpError 403
 */
export function refuseOtherSites(host: string | undefined, { headers }: IncomingMessage): void {
  const { origin, "sec-fetch-site": site } = headers;
  const isForeign = origin !== undefined && originHost(origin) !== host?.toLowerCase();
  if (isForeign || (typeof site === "string" && !OWN_SITES.includes(site))) {
    throw new HttpError(403, "pages of other sites may not do this");
  }
}

function isOwn(name: string, { socket }: IncomingMessage): boolean {
  const address = name.replace(/^\[(.*)\]$/, "$1");
  const own = socket.localAddress?.replace(/^::ffff:/i, "");
  return isIP(address) !== 0 && address === own;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
