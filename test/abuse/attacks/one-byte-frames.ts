import { type Attack, beginCall, nextTurn, openFrom } from "../support/attack.ts";

const CALLS = 100;
const FRAMES = 40_000;

/** Sends messages in frames of one byte, and none of them to its end. */
export const attack: Attack = {
  title: "frames of one byte of 100 unfinished messages",
  async run({ address, from }) {
    const sessions = from.map((each) => openFrom(address, each));
    const streams = sessions.flatMap((session) =>
      Array.from({ length: CALLS }, () => beginCall(session, "/baton.v1.TaskService/Submit")),
    );
    for (const stream of streams) {
      stream.write(Buffer.from([0, 0, 0x30, 0, 0]));
    }
    for (let n = 0; n < FRAMES; n += 1) {
      for (const stream of streams) {
        stream.write(Buffer.alloc(1));
      }
      await nextTurn();
    }
  },
};
