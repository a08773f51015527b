import { isIPv4, isIPv6 } from "node:net";
import {
  type ChannelOptions,
  InterceptingCall,
  type Interceptor,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import { statusDetailsKey } from "./status-details.ts";

/** The variables that grpc-js looks for a proxy in, first to last. */
const VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy"] as const;

const SCHEME = /^(?:(?:dns|ipv4|ipv6):)?(?:\/\/[^/]*\/)?/;

/** Calls that ended so may never have reached the other side. */
const UNREACHED: readonly number[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED];

/**
 * Returns the options of a client that reaches loopback without a proxy, whatever the environment says, and
 * that names the variable of the proxy in the errors of calls to other addresses that may never have
 * arrived. The proxy itself is not shown: its URL may hold a password.
 *
 * @param address as gRPC takes it, such as `localhost:7233` or `ipv4:10.0.0.1:7233,10.0.0.2:7233`
 */
export function proxyOptions(
  address: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ChannelOptions & { readonly interceptors?: Interceptor[] } {
  if (isLoopback(address)) {
    return { "grpc.enable_http_proxy": 0 };
  }
  const variable = VARIABLES.find((name) => environment[name]);
  return variable === undefined || address.startsWith("unix:")
    ? {}
    : { interceptors: [namingProxy(variable)] };
}

/** Whether every host of an address is this machine. */
function isLoopback(address: string): boolean {
  return address.replace(SCHEME, "").split(",").map(hostOf).every(isLoopbackHost);
}

function hostOf(text: string): string {
  const bracketed = /^\[(.*)\]/.exec(text)?.[1];
  return bracketed ?? (isIPv6(text) ? text : text.replace(/:\d*$/, ""));
}

function isLoopbackHost(host: string): boolean {
  const plain = host.toLowerCase().replace(/\.$/, "");
  return (
    /(?:^|\.)localhost$/.test(plain) ||
    (isIPv4(plain) && plain.startsWith("127.")) ||
    plain === "::1" ||
    plain.startsWith("::ffff:127.")
  );
}

function namingProxy(variable: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, _listener, next) =>
        next(metadata, {
          onReceiveStatus: (end: StatusObject, nextStatus) =>
            nextStatus(
              UNREACHED.includes(end.code) && end.metadata.get(statusDetailsKey).length === 0
                ? { ...end, details: `${end.details} (a proxy is used: ${variable})` }
                : end,
            ),
        }),
    });
}
