import type { QueueName } from "../../domain/ids.ts";
import type { KeyFigures, KeysPage, KeysQuery } from "../flow.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import { type KeyPlace, type KeySlice, listKeys } from "./scripts/key-scripts.ts";

/** Keys looked at by one call, and by one page, whatever the filter leaves of them. */
const SLICE_KEYS = 50;
const PAGE_KEYS = 2_000;

/** Where keys are, in this order; each place without what was listed before. */
const PLACES: Readonly<Record<KeysQuery["filter"], readonly Walk[]>> = {
  all: [
    { place: "members", without: null },
    { place: "set", without: "members" },
  ],
  blocked: [
    { place: "parked", without: null },
    // Who leases nothing parks nothing either.
    { place: "set", without: "parked" },
  ],
  set: [{ place: "set", without: null }],
};

type Walk = Pick<KeySlice, "place" | "without">;
type Position = Pick<KeySlice, "cursor" | "skipped">;

const BEGIN: Position = { cursor: Buffer.alloc(0), skipped: 0 };
const DOT = ".";
const DIGITS = /^\d{0,20}$/;

/** See `FlowStore.keys`; of a queue as it lies in Redis. */
export async function keysPage(
  runner: ScriptRunner,
  queue: QueueName,
  { filter, after, limit }: KeysQuery,
): Promise<KeysPage> {
  const walks = PLACES[filter];
  const keys: KeyFigures[] = [];
  let looked = 0;
  let { at, position } = decodeCursor(walks, after);
  for (;;) {
    const walk = walks[at];
    if (walk === undefined) {
      return { keys, next: null };
    }
    if (keys.length >= limit || looked >= PAGE_KEYS) {
      return { keys, next: encodeCursor(walk.place, position) };
    }
    const some = Math.min(SLICE_KEYS, limit - keys.length);
    const { keys: read, next } = await runner.run(listKeys, queue, {
      ...walk,
      ...position,
      limit: some,
    });
    looked += some;
    keys.push(...read.filter(({ blockedBy }) => filter !== "blocked" || blockedBy !== null));
    at = next === null ? at + 1 : at;
    position = next ?? BEGIN;
  }
}

function encodeCursor(place: KeyPlace, { cursor, skipped }: Position): string {
  return [place, cursor.toString("base64url"), skipped].join(DOT);
}

/** What is no cursor begins anew. */
function decodeCursor(
  walks: readonly Walk[],
  text: string,
): { readonly at: number; readonly position: Position } {
  const [place, cursor = "", skipped] = text.split(DOT);
  const at = walks.findIndex((walk) => walk.place === place);
  const count = Number(skipped);
  const bytes = Buffer.from(cursor, "base64url");
  const isSound = place === "members" || DIGITS.test(bytes.toString("latin1"));
  return at < 0 || !isSound || !Number.isInteger(count)
    ? { at: 0, position: BEGIN }
    : { at, position: { cursor: bytes, skipped: Math.max(count, 0) } };
}
