import type { IncomingHttpHeaders } from "node:http";
import type { HttpAnswer } from "../respond.ts";

/** What who sends events gets where it does not say: a receipt or the error, or the status alone. */
export type EventReplies = "receipt" | "empty";

/** `minimal` leaves the receipt away, `empty` what is said of an error too. */
type Extent = "full" | "minimal" | "empty";

const FIRST_ERROR = 400;
const MINIMAL = "return=minimal";
const REPRESENTATION = "return=representation";
const RETURNS = [MINIMAL, REPRESENTATION];

/**
 * Leaves away of a reply what its caller would not read (RFC 7240, `Prefer`): `return=minimal` wants no
 * receipt. `reply`, which Knative's brokers send, says that the body will be read as an event: one that is
 * none counts as a failure there, whatever the status, and the event is sent again.
 */
export function asPreferred(
  reply: HttpAnswer,
  { prefer }: IncomingHttpHeaders,
  otherwise: EventReplies,
): HttpAnswer {
  const extent = extentOf(typeof prefer === "string" ? prefer : "", otherwise);
  const { status, headers } = reply;
  if (status < FIRST_ERROR) {
    return extent === "full" ? reply : { status: 204, headers, body: null };
  }
  return extent === "empty" ? { status, headers, body: null } : reply;
}

function extentOf(prefer: string, otherwise: EventReplies): Extent {
  const preferences = prefer.split(",").map(nameOf);
  const asked = preferences.find((each) => RETURNS.includes(each));
  if (asked === REPRESENTATION) {
    return "full";
  }
  if (preferences.includes("reply")) {
    return "empty";
  }
  if (asked === MINIMAL) {
    return "minimal";
  }
  return otherwise === "empty" ? "empty" : "full";
}

/** A preference without its parameters, blanks and quotes. */
function nameOf(preference: string): string {
  return (preference.split(";", 1)[0] ?? "").replace(/[\s"]/g, "").toLowerCase();
}
