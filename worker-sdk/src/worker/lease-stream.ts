import type { Clock } from "@baton/proto/shared";
import { openClient, type Target } from "../channel/channel.ts";
import { LiveStream, type LiveStreamListener } from "../channel/live-stream.ts";
import { type Received, type Sent, services } from "../values/wire.ts";

/** One `WorkerService.Lease` stream. */
export type LeaseStream = LiveStream<Sent<"WorkerFrame">, Received<"ServerFrame">>;

/** Opens a lease stream, on a connection of its own. */
export function openLeaseStream(
  target: Target,
  clock: Clock,
  listener: LiveStreamListener<Sent<"WorkerFrame">, Received<"ServerFrame">>,
): LeaseStream {
  const client = openClient(services.WorkerService, target, "lease");
  return new LiveStream(client, client.lease(), clock, listener);
}
