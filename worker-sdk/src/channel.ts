import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";

/** How to reach a dispatcher. */
export interface Target {
  readonly address: string;
  readonly credentials: ChannelCredentials | undefined;
  readonly channelOptions: ChannelOptions;
}

/** A constructor of a generated client. */
type ClientConstructor<Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => Client;

const CONNECTION: ChannelOptions = {
  // Both sides hear from each other by heartbeats; this ends calls that have none.
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
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

/** For calls, each of which goes to the next address. */
const CALLS = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });

/** For a stream that lives long: each goes to one of the addresses by chance. */
const STREAM = JSON.stringify({
  loadBalancingConfig: [{ pick_first: { shuffleAddressList: true } }],
});

/** Makes a client with connections of its own, for short calls or for a stream that lives long. */
export function openClient<Client>(
  Client: ClientConstructor<Client>,
  target: Target,
  use: "calls" | "stream",
): Client {
  return new Client(target.address, target.credentials ?? credentials.createInsecure(), {
    ...CONNECTION,
    "grpc.service_config": use === "calls" ? CALLS : STREAM,
    ...target.channelOptions,
  });
}
