import { loadBaton } from "@baton/proto";
import { grpcMessage } from "../../crash/support/load/hostile-clients.ts";
import { type Attack, beginCall, openFrom } from "../support/attack.ts";

const { TaskService } = loadBaton().baton.v1;
const CALLS = 200;

/** Asks for much and lets nothing of it come. */
export const attack: Attack = {
  title: "200 List of four 1 MiB tasks over a connection with window 0",
  async run({ address, from }) {
    const request = TaskService.service.List.requestSerialize({
      queue: "loot",
      pageSize: 1000,
      includePayload: true,
    });
    for (const each of from) {
      const session = openFrom(address, each, { initialWindowSize: 0 });
      for (let n = 0; n < CALLS; n += 1) {
        beginCall(session, "/baton.v1.TaskService/List").end(grpcMessage(request));
      }
    }
  },
};
