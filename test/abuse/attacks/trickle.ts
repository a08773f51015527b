import { pause } from "../../support/time/pause.ts";
import { type Attack, beginCall, dialFrom, openFrom } from "../support/attack.ts";
import { PREFACE } from "../support/raw-frames.ts";

const PREFACES = 1_000;
const CONNECTIONS = 20;
const CALLS = 32;
const REQUEST = Buffer.from(
  "POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n",
);
const BETWEEN_BYTES_MS = 1_000;

/** Sends everything byte by byte, one a second. */
export const attack: Attack = {
  title: "1,000 prefaces, 1,000 HTTP requests and 640 messages of one byte a second",
  async run({ address, httpAddress, from }) {
    const prefaces = from.flatMap((each) =>
      Array.from({ length: PREFACES }, () => dialFrom(address, each)),
    );
    const requests = from.flatMap((each) =>
      Array.from({ length: PREFACES }, () => dialFrom(httpAddress, each)),
    );
    const streams = from.flatMap((each) =>
      Array.from({ length: CONNECTIONS }, () => openFrom(address, each)).flatMap((session) =>
        Array.from({ length: CALLS }, () => beginCall(session, "/baton.v1.TaskService/Submit")),
      ),
    );
    const message = Buffer.concat([Buffer.from([0, 0, 0x30, 0, 0]), Buffer.alloc(1_000)]);
    for (let at = 0; ; at += 1) {
      for (const [parts, bytes] of [
        [prefaces, PREFACE],
        [requests, REQUEST],
        [streams, message],
      ] as const) {
        for (const part of parts) {
          if (!part.destroyed && at < bytes.length) {
            part.write(bytes.subarray(at, at + 1));
          }
        }
      }
      await pause(BETWEEN_BYTES_MS);
    }
  },
};
