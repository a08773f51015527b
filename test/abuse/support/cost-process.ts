// Makes the requests of one kind, one after another: the file, its place there and the addresses as arguments.
import { Caller, type Cost, type Costs } from "./cost.ts";

const [file = "", place = "0", address = "", httpAddress = "", forMs = "0"] = process.argv.slice(2);
const { costs } = (await import(`../costs/${file}.ts`)) as Costs;
const cost = costs[Number(place)] as Cost;
const begun = new Promise<void>((resolve) => process.once("SIGUSR2", resolve));
const request = await cost.begin(new Caller(address, httpAddress));
process.stdout.write("ready\n");
await begun;

const untilMs = performance.now() + Number(forMs);
let made = 0;
let answered = 0;
let bytes = 0;
await Promise.all(
  Array.from({ length: cost.atOnce ?? 1 }, async () => {
    while (performance.now() < untilMs) {
      const n = made;
      made += 1;
      bytes += await request(n);
      answered += 1;
    }
  }),
);
process.stdout.write(`done ${answered} ${bytes}\n`);
process.exit(0);
