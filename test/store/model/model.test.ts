import { sqliteHarness } from "../sqlite/sqlite-harness.ts";
import { describeModel } from "./model-check.ts";

// Its clock stands still.
describeModel(sqliteHarness, 200, 0);
