// Runs one attack: its file's name and its target as arguments. It ends when it is killed.
import { pause } from "../../support/time/pause.ts";
import type { Attack, AttackTarget } from "./attack.ts";

const HOUR_MS = 3_600_000;

const [name = "", target = ""] = process.argv.slice(2);
const { attack } = (await import(`../attacks/${name}.ts`)) as { readonly attack: Attack };
process.stdout.write("begun\n");
await attack.run(JSON.parse(target) as AttackTarget);
process.stdout.write("sent\n");
// It stays with its connections open, also where all of them were cut.
await pause(HOUR_MS);
