import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const repository = join(import.meta.dirname, "../..");
const protoRoot = join(repository, "proto");
const outDir = join(protoRoot, "src/generated");

const loaderOptions: Record<string, boolean | string> = JSON.parse(
  readFileSync(join(protoRoot, "loader-options.json"), "utf8"),
);
const loaderFlags = Object.entries(loaderOptions).map(([name, value]) => `--${name}=${value}`);

const entryFiles = readdirSync(join(protoRoot, "baton/v1"))
  .filter((name) => name.endsWith(".proto"))
  .sort()
  .map((name) => `baton/v1/${name}`);

const generator = createRequire(join(protoRoot, "package.json")).resolve(
  "@grpc/proto-loader/build/bin/proto-loader-gen-types.js",
);

rmSync(outDir, { recursive: true, force: true });
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [
    generator,
    ...loaderFlags,
    "--includeComments",
    "--grpcLib=@grpc/grpc-js",
    "--importFileExtension=.ts",
    "--includeDirs=.",
    `--outDir=${outDir}`,
    ...entryFiles,
  ],
  // The generator writes paths into comments; they must not depend on where the repository lies.
  { cwd: protoRoot, encoding: "utf8" },
);
// The generator lists every file it writes; only its complaints are worth reading.
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exitCode = 1;
}

// The health service's file comes with the package that implements it. Sets of files may be joined.
const healthFile = createRequire(join(repository, "server/package.json")).resolve(
  "grpc-health-check/proto/health/v1/health.proto",
);
const healthRoot = join(dirname(healthFile), "../..");
const sets = [protoRoot, healthRoot].map((input) =>
  execFileSync("buf", ["build", input, "--exclude-source-info", "-o", "-#format=binpb"]),
);
mkdirSync(join(protoRoot, "generated"), { recursive: true });
writeFileSync(join(protoRoot, "generated/descriptors.binpb"), Buffer.concat(sets));
