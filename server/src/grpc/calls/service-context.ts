import type { Clock } from "@baton/proto/shared";
import type { Dispatcher } from "../../dispatch/contract.ts";
import type { ConnectionAges } from "../connections/connection-ages.ts";
import type { OpenCalls } from "../connections/open-calls.ts";
import type { AwaitedShares } from "./awaited-shares.ts";
import type { HandlerContext } from "./handler.ts";

/** What the handlers of every service share. */
export interface ServiceContext extends HandlerContext {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly ages: ConnectionAges;
  /** Calls that take no more work once a shutdown begins. */
  readonly submitStreams: OpenCalls;
  /** Calls that wait for tasks; they may wait on while workers finish. */
  readonly waitingCalls: OpenCalls;
  /** What await streams wait for. */
  readonly awaited: AwaitedShares;
  /** How long a lease stream may be without a Hello. */
  readonly helloTimeoutMs: number;
  /** How long a stream that should end may still owe answers, or its peer the reading of them. */
  readonly lingerMs: number;
}
