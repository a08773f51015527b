import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@baton/proto/shared";
import { beginAnswer, type HttpAnswer } from "./respond.ts";

/** How long the rest of a request is read and dropped, in milliseconds. */
const LINGER_MS = 5_000;
/** How much of it, in bytes: four times what a body may have. */
const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * Answers a request whose body still comes, and closes the connection once that came, or was too much, or took
 * too long. What comes is dropped: a connection that is closed with bytes unread is reset, and the reset may
 * reach the client before the answer. Clients that write their body first never read it then.
 */
export function answerAndLinger(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  clock: Clock,
): void {
  if (!beginAnswer(response, { ...answer, headers: { ...answer.headers, connection: "close" } })) {
    request.resume();
    return;
  }
  let leftBytes = LINGER_BYTES;
  const timer = clock.after(LINGER_MS, () => response.end());
  request.on("data", (chunk: Buffer) => {
    leftBytes -= chunk.length;
    if (leftBytes < 0) {
      response.end();
    }
  });
  request.once("end", () => response.end());
  response.once("close", () => timer.cancel());
}
