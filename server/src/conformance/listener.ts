import {
  type AddressInfo,
  createServer,
  connect as dial,
  type Server,
  type Socket,
} from "node:net";
import { Violation } from "./observation.ts";

/** A port in front of the scripted dispatcher whose connections can be cut, as a network would. */
export class Listener {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Whether connections are cut as soon as they are made. */
  refusing = false;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      if (this.refusing) {
        near.destroy();
        return;
      }
      const far = dial(targetPort, "127.0.0.1");
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  /** Opens a free port on the loopback that leads to another. */
  static async open(targetPort: number): Promise<Listener> {
    const listener = new Listener(targetPort);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once("error", reject);
      listener.#server.listen(0, "127.0.0.1", resolve);
    });
    return listener;
  }

  /** Where it listens, as host:port. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") {
      throw new Violation("the scripted dispatcher's port is closed");
    }
    return `127.0.0.1:${(address satisfies AddressInfo).port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Closes the port and cuts every connection. */
  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on("error", () => from.destroy());
    from.once("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
}
