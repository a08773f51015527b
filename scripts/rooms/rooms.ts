import { ground } from "./ground.ts";
import type { Rooms } from "./room.ts";
import { sdk } from "./sdk.ts";
import { server } from "./server.ts";
import { stores } from "./stores.ts";

/** The rooms by what they belong to, from the ground up. */
export const groups: Readonly<Record<string, Rooms>> = {
  "What everything of the server stands on": ground,
  "The stores": stores,
  "The dispatcher and its ports": server,
  "The worker SDK": sdk,
};

/**
 * All rooms: what each is for and what it may import. A room names only rooms above it in this
 * list, so no import can go up or in a circle. Lint's walls and the tables in docs/architecture.md
 * are generated from it.
 */
export const rooms: Rooms = { ...ground, ...stores, ...server, ...sdk };
