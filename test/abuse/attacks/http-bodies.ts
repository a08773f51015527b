import { type Attack, dialFrom, nextTurn } from "../support/attack.ts";

const CONNECTIONS = 200;
const CHUNK = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x10000), Buffer.from("\r\n")]);
const HEAD =
  "POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\n" +
  "content-type: application/cloudevents+json\r\ntransfer-encoding: chunked\r\n\r\n";

/** Sends bodies that never end. */
export const attack: Attack = {
  title: "200 HTTP bodies without an end",
  async run({ httpAddress, from }) {
    const sockets = from.flatMap((each) =>
      Array.from({ length: CONNECTIONS }, () => dialFrom(httpAddress, each)),
    );
    for (const socket of sockets) {
      socket.write(HEAD);
    }
    for (;;) {
      for (const socket of sockets) {
        if (!socket.writableNeedDrain && !socket.destroyed) {
          socket.write(CHUNK);
        }
      }
      await nextTurn();
    }
  },
};
