import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImports } from "./import-graph.ts";
import { drawings } from "./room-graph.ts";
import { fill } from "./section.ts";

const path = join(import.meta.dirname, "../docs/architecture.md");
writeFileSync(path, fill(readFileSync(path, "utf8"), "drawing", drawings(readImports())));
