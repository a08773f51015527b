import { sqliteHarness } from "../sqlite/sqlite-harness.ts";
import { describeModel } from "./model-check.ts";

describeModel(sqliteHarness, 200);
