import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Client, credentials, type MethodDefinition } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync, type Options } from "@grpc/proto-loader";
import { encodeField } from "../../../server/src/conformance/wire.ts";

/** An answer, as JSON has it. */
export type Reply = Readonly<Record<string, unknown>>;

type Methods = Readonly<Record<string, MethodDefinition<object, Reply>>>;

interface ReflectionReply {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}

const options: Options = { longs: String, enums: String, defaults: true, oneofs: true };
const require = createRequire(import.meta.url);
const reflectionProto = join(
  dirname(require.resolve("@grpc/reflection")),
  "../proto/grpc/reflection/v1/reflection.proto",
);
const reflection = loadSync(reflectionProto, options)["grpc.reflection.v1.ServerReflection"];

/** Calls any method of a server with nothing but what the server's reflection says, as grpcurl does. */
export class ReflectedClient {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  /** The names of the services. */
  async services(): Promise<string[]> {
    const { listServicesResponse } = await this.#ask({ listServices: "" });
    return (listServicesResponse?.service ?? []).map(({ name }) => name);
  }

  /** The methods of a service, by name. */
  async methods(service: string): Promise<Methods> {
    const { fileDescriptorResponse } = await this.#ask({ fileContainingSymbol: service });
    const files = fileDescriptorResponse?.fileDescriptorProto ?? [];
    const set = Buffer.concat(files.map((file) => encodeField(1, file)));
    return loadFileDescriptorSetFromBuffer(set, options)[service] as unknown as Methods;
  }

  /** Sends the messages, half-closes once something came for each, and returns every answer. */
  async call(name: string, messages: readonly object[]): Promise<Reply[]> {
    const [service = "", method = ""] = name.split("/");
    const definition = (await this.methods(service))[method];
    if (definition === undefined) {
      throw new Error(`there is no ${name}`);
    }
    const sent = messages.map((message) => renamed(readTexts(message), toSnakeCase) as object);
    const replies = await this.#exchange(definition, sent);
    return replies.map((reply) => renamed(reply, toCamelCase) as Reply);
  }

  close(): void {
    this.#client.close();
  }

  async #ask(question: object): Promise<ReflectionReply> {
    const { ServerReflectionInfo } = reflection as unknown as Methods;
    const [reply] = await this.#exchange(ServerReflectionInfo as Methods[string], [question]);
    return reply as ReflectionReply;
  }

  #exchange(
    { path, requestSerialize, responseDeserialize, responseStream, requestStream }: Methods[string],
    messages: readonly object[],
  ): Promise<Reply[]> {
    return new Promise((resolve, reject) => {
      // On the wire every kind of call is a stream.
      const call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      const replies: Reply[] = [];
      call.on("data", (reply: Reply) => {
        replies.push(reply);
        if (replies.length === messages.length) {
          call.end();
        }
      });
      call.on("error", reject);
      call.on("end", () => resolve(replies));
      for (const message of messages) {
        call.write(message);
      }
      if (!(requestStream && responseStream)) {
        call.end();
      }
    });
  }
}

/** Reads durations, which JSON writes as texts. grpcurl takes these, but no field mask as a text. */
function readTexts(message: object): object {
  return JSON.parse(JSON.stringify(message), (name, value: unknown) => {
    if (name === "updateMask" && typeof value === "string") {
      throw new TypeError("grpcurl takes a field mask as an object with paths");
    }
    const [, seconds] = (name === "period" && /^(\d+)s$/.exec(String(value))) || [];
    return seconds === undefined ? value : { seconds };
  });
}

// Descriptors name fields as the files do, JSON names them as JavaScript does; grpcurl takes both.
function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => renamed(each, rename));
  }
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename)]),
  );
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
