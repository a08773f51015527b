import { describeModel } from "./model-check.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

describeModel(sqliteHarness, 200);
