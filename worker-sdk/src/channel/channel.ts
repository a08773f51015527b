import { proxyOptions } from "@baton/proto";
import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";
import { PICK_ANY, registerPickAny } from "./pick-any.ts";

/** How to reach a dispatcher. */
export interface Target {
  readonly address: string;
  readonly credentials: ChannelCredentials | undefined;
  readonly channelOptions: ChannelOptions;
}

/** What a channel is for: short calls, a client's stream, or a worker's. */
export type ChannelUse = "calls" | "stream" | "lease";

/** A constructor of a generated client. */
type ClientConstructor<Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => Client;

const CONNECTION: ChannelOptions = {
  "grpc.keepalive_permit_without_calls": 0,
  // grpc-js itself would wait up to two minutes.
  "grpc.initial_reconnect_backoff_ms": 250,
  "grpc.max_reconnect_backoff_ms": 5_000,
  "grpc.dns_min_time_between_resolutions_ms": 5_000,
  // A connection has a limit of streams, past which calls wait in silence: share none.
  "grpc.use_local_subchannel_pool": 1,
  // Above what a dispatcher sends, which else could end the stream of whoever gets a large task.
  "grpc.max_receive_message_length": 8 * 1024 * 1024,
};

/** Each call goes to the next address; a stream lives long, and goes to one of them by chance. */
const POLICIES: Readonly<Record<ChannelUse, string>> = {
  calls: "round_robin",
  stream: PICK_ANY,
  lease: PICK_ANY,
};

/**
 * How soon a peer that froze is found: well within a call's time-out, and before a worker must stop its
 * handlers. A worker's event loop may be busy for longer than a client's.
 */
const KEEPALIVE: Readonly<Record<ChannelUse, ChannelOptions>> = {
  calls: { "grpc.keepalive_time_ms": 2_000, "grpc.keepalive_timeout_ms": 3_000 },
  stream: { "grpc.keepalive_time_ms": 2_000, "grpc.keepalive_timeout_ms": 3_000 },
  lease: { "grpc.keepalive_time_ms": 3_000, "grpc.keepalive_timeout_ms": 4_000 },
};

/** Makes a client with connections of its own. */
export function openClient<Client>(
  Client: ClientConstructor<Client>,
  target: Target,
  use: ChannelUse,
): Client {
  registerPickAny();
  return new Client(target.address, target.credentials ?? credentials.createInsecure(), {
    ...CONNECTION,
    ...KEEPALIVE[use],
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ [POLICIES[use]]: {} }] }),
    ...proxyOptions(target.address),
    ...target.channelOptions,
  });
}
