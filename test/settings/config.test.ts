import assert from "node:assert/strict";
import { shownStore } from "../../server/src/compose.ts";
import { loadServeConfig, SERVE_OPTIONS } from "../../server/src/settings/config.ts";
import { COMMANDS, helpText } from "../../server/src/settings/help.ts";
import { ConfigError } from "../../server/src/settings/setting.ts";

describe("the configuration of baton serve", () => {
  it("listens on loopback and keeps an embedded store where nothing is given", () => {
    assert.deepEqual(loadServeConfig([], {}), {
      storeUrl: "sqlite:./data/baton.db",
      sqliteSynchronous: "FULL",
      allowUnsafeRedis: false,
      partitions: new Map(),
      listenHost: "127.0.0.1",
      listenPort: 7400,
      http: { host: "127.0.0.1", port: 7480 },
      deadRetentionMs: 14 * 86_400_000,
      leaseTtlMs: 15_000,
      reconnectGraceMs: 1_000,
      sweepIntervalMs: 500,
      drainTimeoutMs: 10_000,
      connectionAgeMs: 3_600_000,
      processes: 1,
      maxConnections: 4_096,
      connectionMemoryMiB: 96,
      httpAllowedHosts: new Set(),
      eventReplies: "receipt",
      logLevel: "info",
    });
  });

  it("takes a flag before its environment variable, and that before the default", () => {
    const environment = { BATON_LEASE_TTL: "20s", BATON_STORE: "" };
    assert.equal(loadServeConfig([], environment).leaseTtlMs, 20_000);
    assert.equal(loadServeConfig(["--lease-ttl", "30s"], environment).leaseTtlMs, 30_000);
    assert.equal(loadServeConfig([], environment).storeUrl, "sqlite:./data/baton.db");
  });

  it("reads durations in milliseconds, seconds, minutes, hours and days", () => {
    for (const [text, ms] of [
      ["1500ms", 1_500],
      ["1.5s", 1_500],
      ["2m", 120_000],
      ["1h", 3_600_000],
    ] as const) {
      assert.equal(loadServeConfig(["--lease-ttl", text], {}).leaseTtlMs, ms);
    }
    assert.equal(loadServeConfig(["--dead-retention", "30d"], {}).deadRetentionMs, 2_592_000_000);
  });

  it("reads environment variables without the white space around them", () => {
    const environment = { BATON_LEASE_TTL: "20s\r\n", BATON_STORE: " redis://:p%20@h\n" };
    assert.equal(loadServeConfig([], environment).leaseTtlMs, 20_000);
    assert.equal(loadServeConfig([], environment).storeUrl, "redis://:p%20@h");
    assert.equal(
      loadServeConfig([], { BATON_STORE: " \n" }).storeUrl,
      loadServeConfig([], {}).storeUrl,
    );
  });

  it("refuses what is no path of a SQLite file, and would be made one", () => {
    for (const [path, why] of [
      ["", "names no file"],
      ["data/", "names no file"],
      [":memory:", "there is no store in memory"],
      ["file::memory:", "there is no store in memory"],
      ["file:/data/baton.db", "no file: URL"],
      ["~/baton.db", "is not expanded"],
      ["baton.db?mode=memory", "a path alone"],
    ] as const) {
      assert.throws(() => shownStore(`sqlite:${path}`), {
        name: "ConfigError",
        message: new RegExp(`^--store sqlite:PATH .*${why}`),
      });
    }
    for (const path of ["baton.db", "/a b/ö#1%20.db", "./~/baton.db", "~baton.db", "//a/b.db"]) {
      assert.equal(shownStore(`sqlite:${path}`), `sqlite:${path}`);
    }
  });

  it("reads addresses with names, with IPv4 and with IPv6", () => {
    for (const [text, host] of [
      ["localhost:0", "localhost"],
      ["127.0.0.2:0", "127.0.0.2"],
      ["[::1]:0", "::1"],
    ] as const) {
      assert.equal(loadServeConfig(["--listen", text], {}).listenHost, host);
    }
  });

  it("reads how many partitions queues of a Redis store have", () => {
    const store = ["--store", "redis://localhost"];
    const read = (text: string) => [
      ...loadServeConfig([...store, "--partitions", text], {}).partitions,
    ];
    assert.deepEqual(read("email=8, orders.eu=64"), [
      ["email", 8],
      ["orders.eu", 64],
    ]);
    assert.deepEqual(read("none"), []);
    const environment = { BATON_PARTITIONS: "email=1" };
    assert.deepEqual([...loadServeConfig(store, environment).partitions], [["email", 1]]);
  });

  for (const text of [
    "email",
    "email=",
    "email=0",
    "email=65",
    "email=1.5",
    "email=-2",
    "=4",
    "a/b=4",
    "email=4,",
    " ",
  ]) {
    it(`refuses the partitions ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => loadServeConfig(["--store", "redis://localhost", `--partitions=${text}`], {}),
        /^ConfigError: --partitions must be NAME=N\[,NAME=N\] with N from 1 to 64, not [^\n]*$/,
      );
    });
  }

  it("serves no HTTP where that is off", () => {
    assert.equal(loadServeConfig(["--http-listen", "off"], {}).http, null);
    const environment = { BATON_HTTP_LISTEN: "[::1]:0" };
    assert.deepEqual(loadServeConfig([], environment).http, { host: "::1", port: 0 });
  });

  it("reads host names in any case, with the dot that may end them or without", () => {
    const read = (text: string) => [
      ...loadServeConfig(["--http-allowed-hosts", text], {}).httpAllowedHosts,
    ];
    assert.deepEqual(read("Baton.Example.org., b.example"), ["baton.example.org", "b.example"]);
    assert.deepEqual(read("none"), []);
  });

  for (const text of [
    "http://a.b",
    "*.example.com",
    "a.b:80",
    "a b",
    "a..b",
    "-a.b",
    "a.b,",
    " ",
    "[::1]",
    `${"a.".repeat(127)}a`,
  ]) {
    it(`refuses the host names ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(
        () => loadServeConfig([`--http-allowed-hosts=${text}`], {}),
        /^ConfigError: --http-allowed-hosts must be host names without scheme, port or \*, /,
      );
    });
  }

  const refused: readonly (readonly [string, string[], RegExp])[] = [
    ["an unknown flag", ["--lease-tll", "1s"], /Unknown option '--lease-tll'/],
    ["a stray word", ["now"], /Unexpected argument: "now"/],
    ["a flag without its value", ["--store"], /^--store needs a value$/],
    [
      "a value that begins with a dash",
      ["--drain-timeout", "-1s"],
      /^--drain-timeout needs a value$/,
    ],
    ["a value for a switch", ["--allow-unsafe-redis=on"], /^--allow-unsafe-redis takes no value$/],
    [
      "no process",
      ["--processes", "0"],
      /--processes must be a whole number from 1 to 128, not "0"/,
    ],
    ["half a process", ["--processes", "1.5"], /--processes must be a whole number from 1 to 128/],
    [
      "several processes on an embedded store",
      ["--processes", "2"],
      /--processes 2 needs a Redis store; only one process can use a SQLite file/,
    ],
    ["a duration without a unit", ["--lease-ttl", "15"], /--lease-ttl must be a duration such as/],
    ["a negative duration", ["--lease-ttl=-1s"], /--lease-ttl must be a duration such as/],
    ["a ttl that is too short", ["--lease-ttl", "10ms"], /must be from 1s to 1h, not "10ms"/],
    ["a connection that is too old", ["--connection-age", "25h"], /from 1s to 24h, not "25h"/],
    ["a drain that is too long", ["--drain-timeout", "11m"], /from 0s to 10m, not "11m"/],
    [
      "memory with its unit",
      ["--connection-memory", "96MiB"],
      /must be a whole number of MiB from 32 to 65536, not "96MiB"/,
    ],
    [
      "a grace longer than the ttl",
      ["--lease-ttl", "1s", "--reconnect-grace", "2s"],
      /--reconnect-grace must be from 0s to 1s, not "2s"/,
    ],
    ["an address without a port", ["--listen", "localhost"], /--listen must be HOST:PORT/],
    ["a port out of range", ["--listen", "localhost:70000"], /--listen must be HOST:PORT/],
    ["an unknown log level", ["--log-level", "loud"], /--log-level must be one of debug, info/],
    [
      "partitions of a SQLite store",
      ["--partitions", "email=4"],
      /^--partitions is for Redis stores, but --store names no Redis/,
    ],
    [
      "partitions of one queue twice",
      ["--store", "redis://localhost", "--partitions", "a=4,a=4"],
      /--partitions names the queue a twice/,
    ],
    [
      "an unknown durability",
      ["--sqlite-synchronous", "off"],
      /--sqlite-synchronous must be one of full, normal/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what}, naming it in one line`, () => {
      assert.throws(
        () => loadServeConfig(args, {}),
        (error: unknown) =>
          error instanceof ConfigError && message.test(error.message) && !/\n/.test(error.message),
      );
    });
  }

  it("names the environment variable that is wrong", () => {
    assert.throws(
      () => loadServeConfig([], { BATON_SWEEP_INTERVAL: "soon" }),
      /^ConfigError: BATON_SWEEP_INTERVAL must be a duration/,
    );
  });

  it("refuses an address that other machines reach, unless that is asked for", () => {
    for (const address of ["0.0.0.0:7400", "[::]:7400", "10.0.0.1:7400", "127.evil.example:1"]) {
      assert.throws(() => loadServeConfig(["--listen", address], {}), /--insecure-allow-remote/);
    }
    const config = loadServeConfig(["--listen", "0.0.0.0:7400", "--insecure-allow-remote"], {});
    assert.equal(config.listenHost, "0.0.0.0");
  });
});

describe("baton --help", () => {
  it("lists every command, and every option with its default and environment variable", () => {
    const help = helpText();
    for (const { name } of COMMANDS) {
      assert.match(help, new RegExp(`^  ${name} `, "m"));
    }
    for (const { flag, variable, defaultText } of SERVE_OPTIONS) {
      assert.ok(help.includes(`--${flag}`), flag);
      assert.ok(help.includes(`default ${defaultText}, environment ${variable}`), flag);
    }
  });

  it("shows defaults that are the real ones", () => {
    const given = SERVE_OPTIONS.flatMap(({ flag, placeholder, defaultText }) =>
      placeholder === null ? [] : [`--${flag}`, defaultText],
    );
    assert.deepEqual(loadServeConfig(given, {}), loadServeConfig([], {}));
  });
});
