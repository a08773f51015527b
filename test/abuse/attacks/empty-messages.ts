import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { type Attack, beginCall, nextTurn, openFrom } from "../support/attack.ts";

const CALLS = 200;

/** Sends as many empty messages as the windows take, on streams that are not read; comes again when it is cut. */
export const attack: Attack = {
  title: "empty messages on 200 submit streams",
  async run({ address, from }) {
    const messages = Buffer.alloc(5 * 13_000);
    const begin = (each: string): readonly [ClientHttp2Session, ClientHttp2Stream[]] => {
      const session = openFrom(address, each, { initialWindowSize: 0 });
      const streams = Array.from({ length: CALLS }, () =>
        beginCall(session, "/baton.v1.TaskService/SubmitStream"),
      );
      return [session, streams];
    };
    const begun = new Map(from.map((each) => [each, begin(each)]));
    for (;;) {
      for (const [each, [session, streams]] of begun) {
        if (session.destroyed) {
          begun.set(each, begin(each));
        }
        for (const stream of streams) {
          if (!stream.writableNeedDrain) {
            stream.write(messages);
          }
        }
      }
      await nextTurn();
    }
  },
};
