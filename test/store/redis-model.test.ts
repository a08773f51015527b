import { describeModel } from "./model-check.ts";
import { redisHarness, startSingle } from "./redis-harness.ts";

describeModel(redisHarness("Redis", startSingle), 40);
