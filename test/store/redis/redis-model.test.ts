import { describeModel } from "../model/model-check.ts";
import { redisHarness, startSingle } from "./redis-harness.ts";

describeModel(redisHarness("Redis", startSingle), 40);
