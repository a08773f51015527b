import { type Attack, beginCall, nextTurn, openFrom } from "../support/attack.ts";

const CONNECTIONS = 200;
const CALLS = 256;

/** Says what makes it trusted, opens calls and says no more. */
export const attack: Attack = {
  title: "200 connections with 256 calls each that say nothing after one message",
  async run({ address, from }) {
    for (let n = 0; n < CONNECTIONS; n += 1) {
      for (const each of from) {
        const session = openFrom(address, each);
        const first = beginCall(session, "/baton.v1.TaskService/AwaitStream");
        first.write(Buffer.alloc(5));
        for (let call = 0; call < CALLS; call += 1) {
          beginCall(session, "/baton.v1.TaskService/AwaitStream");
        }
      }
      await nextTurn();
    }
  },
};
