import { StoreOpenError } from "../../store.ts";

/** A server to connect to. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is and who asks. Empty user and password mean none. */
export type RedisTarget = {
  readonly username: string;
  readonly password: string;
  readonly isTls: boolean;
} & (
  | { readonly kind: "single"; readonly address: Address; readonly db: number }
  | { readonly kind: "cluster"; readonly nodes: readonly Address[] }
  | {
      readonly kind: "sentinel";
      /** The name that the sentinels know the master by. */
      readonly master: string;
      readonly sentinels: readonly Address[];
      readonly db: number;
    }
);

const URL_FORM =
  /^(redis|rediss|redis-cluster|rediss-cluster|redis-sentinel|rediss-sentinel):\/\/(?:([^@/]*)@)?([\w.,:[\]-]+)(?:\/(\d{1,9})?)?$/;
const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26379;

/**
 * Reads a store's URL: `redis://[user:password@]host[:port][/db]`,
 * `redis-cluster://[user:password@]host:port,host:port`,
 * `redis-sentinel://master[:password]@host:port,host:port[/db]`; `rediss` for TLS. User, password and
 * master are percent-encoded.
 *
 * @throws StoreOpenError where it is none; the message shows nothing of it, since what is not understood
 *   may be a password anywhere
 */
export function parseRedisUrl(url: string): RedisTarget {
  const [, scheme, credentials = "", hosts, db] = URL_FORM.exec(url) ?? [];
  if (scheme === undefined || hosts === undefined) {
    throw new StoreOpenError(
      "the store's address is not a Redis URL (it is not shown, because it may have a password); it must look like " +
        "redis://[user:password@]host[:port][/db], redis-cluster://host:port,host:port or " +
        "redis-sentinel://master@host:port,host:port[/db], with user and password percent-encoded",
    );
  }
  const isTls = scheme.startsWith("rediss");
  const [name, password] = credentialsOf(credentials);
  const kind = scheme.slice(isTls ? "rediss".length : "redis".length);
  switch (kind) {
    case "-cluster": {
      if (db !== undefined && db !== "0") {
        throw new StoreOpenError("a Redis Cluster has only database 0");
      }
      const nodes = addressesOf(hosts, DEFAULT_PORT);
      return { kind: "cluster", nodes, username: name, password, isTls };
    }
    case "-sentinel": {
      if (name === "") {
        throw new StoreOpenError("the store's address lacks the master's name before the @");
      }
      const sentinels = addressesOf(hosts, DEFAULT_SENTINEL_PORT);
      const rest = { username: "", password, isTls, db: Number(db ?? 0) };
      return { kind: "sentinel", master: name, sentinels, ...rest };
    }
    default: {
      const [address, ...others] = addressesOf(hosts, DEFAULT_PORT);
      if (address === undefined || others.length > 0) {
        throw new StoreOpenError("the store's address names several hosts; redis:// takes one");
      }
      const rest = { username: name, password, isTls, db: Number(db ?? 0) };
      return { kind: "single", address, ...rest };
    }
  }
}

/** Says where Redis is, for people: hosts, ports and database, and nothing of who asks. */
export function shownTarget(target: RedisTarget): string {
  switch (target.kind) {
    case "single":
      return `${shownAddress(target.address)}${target.db === 0 ? "" : `, database ${target.db}`}`;
    case "cluster":
      return `the cluster ${target.nodes.map(shownAddress).join(", ")}`;
    case "sentinel":
      return `the master of the sentinels ${target.sentinels.map(shownAddress).join(", ")}`;
  }
}

function credentialsOf(text: string): [name: string, password: string] {
  const at = text.indexOf(":");
  const [name, password] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  try {
    return [decodeURIComponent(name), decodeURIComponent(password)];
  } catch {
    throw new StoreOpenError(
      "the store's address has a user or password that is not percent-encoded",
    );
  }
}

function addressesOf(hosts: string, defaultPort: number): Address[] {
  return hosts.split(",").map((text) => {
    const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3] ?? defaultPort);
    if (host === undefined || port < 1 || port > 65_535) {
      throw new StoreOpenError("the store's address has a host that is not HOST:PORT");
    }
    return { host, port };
  });
}

function shownAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
