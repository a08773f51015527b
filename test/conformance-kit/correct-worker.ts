import { RawWorker } from "../support/grpc/raw-worker.ts";

await new RawWorker().run();
