import { LIMITS } from "@baton/proto/shared";
import { FieldChecks } from "../../intake/validate-fields.ts";
import { checkPageSize } from "../../intake/validate-list.ts";
import { decodePageToken, encodePageToken, invalidPageToken } from "./page-token.ts";

/** What a page may take of {@link LIMITS.maxMessageBytes}; the rest is for what was estimated. */
const MAX_PAGE_BYTES = LIMITS.maxMessageBytes - 256 * 1024;

/** How to list things that are told apart by their names. */
export interface NameListing<Item> {
  /** What is listed, so that a token of another list is refused. */
  readonly what: string;
  /** Fewer than asked for does not mean that there are no more; none does. */
  readonly list: (after: string | null, limit: number) => Promise<readonly Item[]>;
  readonly nameOf: (item: Item) => string;
  /** The size of an item on the wire, about. */
  readonly bytesOf: (item: Item) => number;
}

/** Returns the page that a request asks for, by name, and the token of the next; empty after the last. */
export async function pageByName<Item>(
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
  listing: NameListing<Item>,
): Promise<{ items: readonly Item[]; nextPageToken: string }> {
  const checks = new FieldChecks("");
  const limit = checkPageSize(checks, pageSize);
  checks.throwIfWrong();
  const found = await foundAfter(lastNameOf(listing.what, pageToken), limit + 1, listing);
  const items = fitting(found.slice(0, limit), listing);
  const last = items.at(-1);
  const hasMore = last !== undefined && found.length > items.length;
  return {
    items,
    nextPageToken: hasMore ? encodePageToken([listing.what], [listing.nameOf(last)]) : "",
  };
}

/** Asks until there are as many as wanted, or more than fit, or no more. */
async function foundAfter<Item>(
  after: string | null,
  wanted: number,
  { list, nameOf, bytesOf }: NameListing<Item>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let bytes = 0;
  let last = after;
  while (found.length < wanted && bytes <= MAX_PAGE_BYTES) {
    const more = await list(last, wanted - found.length);
    const end = more.at(-1);
    if (end === undefined) {
      break;
    }
    found.push(...more);
    bytes += more.reduce((sum, item) => sum + bytesOf(item), 0);
    last = nameOf(end);
  }
  return found;
}

function fitting<Item>(found: readonly Item[], { bytesOf }: NameListing<Item>): readonly Item[] {
  let bytes = 0;
  const tooMany = found.findIndex((item, index) => {
    bytes += bytesOf(item);
    return bytes > MAX_PAGE_BYTES && index > 0;
  });
  return tooMany < 0 ? found : found.slice(0, tooMany);
}

function lastNameOf(what: string, token: string): string | null {
  if (token === "") {
    return null;
  }
  const [name] = decodePageToken([what], token);
  if (typeof name !== "string") {
    throw invalidPageToken();
  }
  return name;
}
