import { type Attack, beginCall, openFrom } from "../support/attack.ts";

const CONNECTIONS = 2;
const CALLS = 240;
const MESSAGE_BYTES = 4 * 1024 * 1024;

/** Sends large messages but for their last byte. */
export const attack: Attack = {
  title: "480 messages of 4 MiB less one byte",
  async run({ address, from }) {
    const head = Buffer.from([0, 0, 0, 0, 0]);
    head.writeUInt32BE(MESSAGE_BYTES, 1);
    const body = Buffer.alloc(MESSAGE_BYTES - 1);
    for (const each of from) {
      for (let n = 0; n < CONNECTIONS; n += 1) {
        const session = openFrom(address, each);
        for (let call = 0; call < CALLS; call += 1) {
          const stream = beginCall(session, "/baton.v1.TaskService/Submit");
          stream.write(head);
          stream.write(body);
        }
      }
    }
  },
};
