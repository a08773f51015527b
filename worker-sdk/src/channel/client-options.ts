import type { ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";
import { Checks } from "../values/checks.ts";
import { type Codec, jsonCodec } from "../values/codec.ts";
import { DEFAULTS, MAX_TIMEOUT_MS } from "../values/limits.ts";
import { OptionsError } from "../values/options-error.ts";

/** How a client reaches a dispatcher. Defaults are in `DEFAULTS.client`; durations are in milliseconds. */
export interface TaskClientOptions {
  /** The dispatcher's `host:port`, without `http://`. For several: any gRPC target, such as `ipv4:10.0.0.1:7400,10.0.0.2:7400`. */
  readonly address: string;
  /** How long a call or a submit may take, retries included; then it rejects with DEADLINE_EXCEEDED. Default: 10 s. */
  readonly timeoutMs?: number;
  /** How many submits may be on their way at once; others wait their turn. 1 to 100000. Default: 4000. */
  readonly maxInFlight?: number;
  /** How many submits may be on their way or wait their turn; more reject with RESOURCE_EXHAUSTED. 1 to 10000000. Default: 100000. */
  readonly maxPending?: number;
  /** Turns payloads into bytes, and results back. Default: `jsonCodec`. */
  readonly codec?: Codec;
  /** gRPC credentials, for TLS. Default: none, so that nothing is encrypted. */
  readonly credentials?: ChannelCredentials;
  /** gRPC channel options; they take precedence over the SDK's own. */
  readonly channelOptions?: ChannelOptions;
}

/** Options that were checked, with every default filled in. */
export interface ClientSettings extends Required<Omit<TaskClientOptions, "credentials">> {
  readonly credentials: ChannelCredentials | undefined;
}

/** Fills in the defaults. Throws an {@link OptionsError} that names everything that is wrong. */
export function checkClientOptions(given: TaskClientOptions): ClientSettings {
  const checks = new Checks();
  const options = checks.options("options", given ?? null) as TaskClientOptions;
  checkAddress(options.address, checks);
  checks.number("timeoutMs", options.timeoutMs, 1, MAX_TIMEOUT_MS);
  checks.integer("maxInFlight", options.maxInFlight, 1, 100_000);
  checks.integer("maxPending", options.maxPending, 1, 10_000_000);
  checkConnection(options, checks);
  if (checks.violations.length > 0) {
    throw new OptionsError(checks.violations);
  }
  const { timeoutMs, maxInFlight, maxPending } = DEFAULTS.client;
  return {
    address: options.address,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    maxInFlight: options.maxInFlight ?? maxInFlight,
    maxPending: options.maxPending ?? maxPending,
    codec: options.codec ?? jsonCodec,
    credentials: options.credentials,
    channelOptions: options.channelOptions ?? {},
  };
}

/** Checks where a dispatcher is said to be; what only looks like an address would be tried for ever. */
export function checkAddress(address: unknown, checks: Checks): void {
  if (typeof address !== "string" || address === "") {
    checks.refuse("address", "must be the dispatcher's host and port");
  } else if (/^https?:\/\/|\s/i.test(address)) {
    checks.refuse("address", "must be the dispatcher's host and port, without http:// and spaces");
  }
}

/** Checks what workers and clients have alike. */
export function checkConnection(
  {
    codec,
    credentials,
    channelOptions,
  }: Pick<TaskClientOptions, "codec" | "credentials" | "channelOptions">,
  checks: Checks,
): void {
  checks.methods("codec", codec, ["encode", "decode"]);
  checks.options("credentials", credentials);
  checks.options("channelOptions", channelOptions);
}
