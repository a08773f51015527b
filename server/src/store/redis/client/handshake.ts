import type { Redis } from "ioredis";
import { codeOf } from "./errors.ts";

/** What a connection is of no use without. */
const ESTABLISHING: ReadonlySet<string> = new Set(["auth", "select", "readonly"]);

/** How far a Redis is that reads its data from disk. */
export interface Loading {
  /** Of all there is to read, as Redis says it; for example `12.50`. */
  readonly loadedPercent: string;
}

/** A connection's handshake failed: Redis refused what a connection must establish. */
export class HandshakeError extends Error {
  /** @param refused says what was refused and why; shown to people, so there is no secret in it */
  constructor(refused: string, cause: unknown) {
    super(refused, { cause });
    this.name = "HandshakeError";
  }
}

/**
 * Has a connection that is not made yet become ready only where everything that it must establish was
 * established; otherwise it breaks with a {@link HandshakeError} and is tried again. ioredis itself goes on
 * where SELECT or AUTH is refused: in database 0, or as another user.
 *
 * @param onLoading told about once a second while Redis reads its data, which no connection is ready before
 */
export function guardHandshake(client: Redis, onLoading: (loading: Loading) => void): void {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const sent = send(command, stream);
    if (client.status !== "connect") {
      return sent;
    }
    if (ESTABLISHING.has(command.name)) {
      // Not an error for whoever waits: that would have it swallowed, and the connection go on.
      return command.promise.catch((error: Error) => broken(client, refusalOf(command, error)));
    }
    if (command.name === "info") {
      command.promise.then((text) => tellLoading(String(text), onLoading)).catch(() => undefined);
    }
    return sent;
  };
}

/** Never settles: nothing is to follow on this connection. */
function broken(client: Redis, error: HandshakeError): Promise<never> {
  if (client.status === "connect") {
    client.silentEmit("error", error);
    client.disconnect(true);
  }
  return new Promise(() => undefined);
}

function refusalOf(
  { name, args }: { readonly name: string; readonly args: readonly unknown[] },
  error: Error,
): HandshakeError {
  const code = codeOf(error.message);
  // A server's error may repeat the arguments, and AUTH's are the user and the password.
  const why = error.name === "ReplyError" ? code : error.message;
  if (name === "select") {
    return new HandshakeError(
      `refused database ${args[0]}: ${reasonOf(error.message, why)}`,
      error,
    );
  }
  return name === "auth"
    ? new HandshakeError(`refused the user or the password: ${reasonOf(error.message, why)}`, error)
    : new HandshakeError(`refused ${name.toUpperCase()}: ${why}`, error);
}

/** The reasons of servers that have no code of their own. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/DB index is out of range/, "it has fewer databases (its setting `databases` says how many)"],
  [/not allowed in cluster mode/, "it is a node of a cluster; use redis-cluster://host:port,…"],
  [/without any password configured|no password is set/, "it has no password for this user"],
];

function reasonOf(message: string, otherwise: string): string {
  return REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? otherwise;
}

function tellLoading(info: string, onLoading: (loading: Loading) => void): void {
  if (/^loading:1\r?$/m.test(info)) {
    onLoading({ loadedPercent: /^loading_loaded_perc:([\d.]+)/m.exec(info)?.[1] ?? "0" });
  }
}
