import { Redis } from "ioredis";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type DocumentsHarness, describeDocuments } from "./conformance/documents.ts";

describeDocuments(redisDocuments("Redis", startRedis));

function redisDocuments(name: string, startServer: () => Promise<RedisServer>): DocumentsHarness {
  let server: RedisServer | null = null;
  let admin: Redis | null = null;
  let prefixes = 0;
  return {
    name,
    async start() {
      server ??= await startServer();
      const { url } = server;
      admin ??= new Redis(url);
      const redis = admin;
      prefixes += 1;
      const prefix = `documents${prefixes}-`;
      let offsetMs = 0;
      const open = () => openRedis({ url, prefix, clockOffset: () => offsetMs });
      const keys = async (): Promise<string[]> => redis.keys(`${prefix}*`);
      let opened = [await open()];
      const close = () => Promise.all(opened.splice(0).map(({ store }) => store.close()));
      return {
        get documents() {
          return (opened[0] as (typeof opened)[0]).documents;
        },
        async another() {
          const other = await open();
          opened.push(other);
          return other.documents;
        },
        async advance(ms) {
          offsetMs += ms;
        },
        async crash() {
          await close();
          opened = [await open()];
          return (opened[0] as (typeof opened)[0]).documents;
        },
        residue: keys,
        async stop() {
          await close();
          for (const key of await keys()) {
            await redis.del(key);
          }
        },
      };
    },
    async stop() {
      admin?.disconnect();
      await server?.stop();
      admin = null;
      server = null;
    },
  };
}
