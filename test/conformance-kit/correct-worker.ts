import { RawWorker } from "../support/raw-worker.ts";

await new RawWorker().run();
