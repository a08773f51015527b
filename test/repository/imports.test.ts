import assert from "node:assert/strict";
import { components, readImports } from "../../scripts/import-graph.ts";
import { drawings } from "../../scripts/room-graph.ts";

/** A graph from lines such as `a -> b c`. */
function graphOf(...lines: string[]): Map<string, Set<string>> {
  return new Map(
    lines.map((line) => {
      const [from = "", to = ""] = line.split(" -> ");
      return [from, new Set(to.split(" ").filter(Boolean))];
    }),
  );
}

describe("Imports", function () {
  this.timeout(60_000);

  it("go round in no circle, types included", () => {
    const graph = readImports();
    assert.ok(graph.size > 300, `${graph.size} files were read`);
    const circles = components(graph).filter((files) => files.length > 1);
    assert.deepEqual(circles, []);
  });

  it("are found to go round where they do, of however many files", () => {
    const graph = graphOf("a -> b", "b -> c d", "c -> a", "d -> e", "e -> f", "f -> e", "g -> a f");
    assert.deepEqual(components(graph), [["e", "f"], ["d"], ["a", "b", "c"], ["g"]]);
  });

  it("are drawn from room to room, without the arrows that others imply", () => {
    const graph = graphOf(
      "server/src/main.ts -> server/src/grpc/server.ts server/src/domain/ids.ts",
      "server/src/zero.ts -> ",
      "server/src/grpc/server.ts -> server/src/zero.ts server/src/domain/ids.ts proto/src/index.ts",
      "server/src/domain/ids.ts -> server/src/zero.ts",
      "proto/src/index.ts -> ",
    );
    const lines = drawings(graph).map((line) => line.trim());
    assert.deepEqual(
      lines.filter((line) => /-->/.test(line)),
      [
        "room__above_ --> room_grpc",
        "room_grpc --> room_domain",
        "room_grpc --> room_proto",
        "room_domain --> room__below_",
      ],
    );
    assert.ok(lines.includes('room__above_["main.ts"]'));
    assert.ok(lines.includes('room__below_["zero.ts"]'));
  });

  it("are drawn once more inside a room that has rooms, whatever is drawn in one with its circle", () => {
    const graph = graphOf(
      "server/src/store/open.ts -> server/src/store/redis/a.ts server/src/store/sqlite/a.ts",
      "server/src/store/redis/a.ts -> server/src/store/sqlite/a.ts",
      "server/src/store/sqlite/a.ts -> server/src/store/redis/a.ts server/src/store/store.ts",
      "server/src/store/store.ts -> ",
    );
    const lines = drawings(graph);
    const from = lines.indexOf("Inside `server/src/store`:");
    assert.deepEqual(
      lines.slice(from).filter((line) => line.includes("room_")),
      [
        '  room__above_["open.ts"]',
        '  room_redis_and_sqlite["redis and sqlite"]',
        '  room__below_["store.ts"]',
        "  room__above_ --> room_redis_and_sqlite",
        "  room_redis_and_sqlite --> room__below_",
      ],
    );
  });
});
