import { type RawStream, RawWorker } from "../../../support/grpc/raw-worker.ts";

/** Lists only one lease. */
class ForgetfulHeartbeat extends RawWorker {
  protected override beat(stream: RawStream, sequence: number): void {
    const leases = [...this.attempts.values()].slice(0, 1).map(({ lease }) => ({ lease }));
    this.send(stream, { heartbeat: { leases, sequence } });
  }
}

await new ForgetfulHeartbeat().run();
