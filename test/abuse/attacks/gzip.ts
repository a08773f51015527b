import { gzipSync } from "node:zlib";
import { grpcHeaders, grpcMessage } from "../../crash/support/load/hostile-clients.ts";
import { type Attack, openFrom } from "../support/attack.ts";

const CALLS = 234;

/** Sends little that grows to much. */
export const attack: Attack = {
  title: "468 gzip messages of 4 KiB that become 4 MiB",
  async run({ address, from }) {
    const message = grpcMessage(gzipSync(Buffer.alloc(4 * 1024 * 1024 - 64)), 1);
    for (const each of from) {
      for (let n = 0; n < 2; n += 1) {
        const session = openFrom(address, each);
        for (let call = 0; call < CALLS; call += 1) {
          const headers = {
            ...grpcHeaders("/baton.v1.TaskService/Submit"),
            "grpc-encoding": "gzip",
          };
          const stream = session.request(headers);
          stream.on("error", () => {});
          stream.resume();
          stream.write(message);
        }
      }
    }
  },
};
