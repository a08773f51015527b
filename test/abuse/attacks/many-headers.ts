import { grpcHeaders } from "../../crash/support/load/hostile-clients.ts";
import { type Attack, nextTurn, openFrom } from "../support/attack.ts";

const CONNECTIONS = 100;
const HEADERS = 110;
const CALLS = 256;

/** Opens calls whose headers are a few bytes each on the wire, since the table of the connection has them. */
export const attack: Attack = {
  title: "100 connections with 256 calls each of 110 headers that are sent once",
  async run({ address, from }) {
    const many = Array.from({ length: HEADERS }, (_, n) => [`x-${n}`, "v".repeat(20)]);
    const headers = { ...grpcHeaders("/baton.v1.TaskService/Get"), ...Object.fromEntries(many) };
    for (let n = 0; n < CONNECTIONS; n += 1) {
      for (const each of from) {
        const session = openFrom(address, each);
        for (let call = 0; call < CALLS; call += 1) {
          session
            .request(headers)
            .on("error", () => {})
            .resume();
        }
      }
      await nextTurn();
    }
  },
};
