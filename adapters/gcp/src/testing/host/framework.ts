import { http, type HttpFunction } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Functions behind the Functions Framework's own server, one for each of them. */
export interface Served extends AsyncDisposable {
  /** Where each function is reached, by its name. */
  readonly urls: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
}

/** Serves functions as the framework does once it has loaded them, each on a free port of loopback. */
export async function serveFunctions(functions: Readonly<Record<string, HttpFunction>>): Promise<Served> {
  const servers: Server[] = [];
  const ports: Record<string, number> = {};
  for (const [name, fn] of Object.entries(functions)) {
    http(name, fn);
    const server = getTestServer(name);
    // As the framework's own main does it: how long a request may take is Cloud Run's business.
    server.setTimeout(0);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    ports[name] = (server.address() as AddressInfo).port;
  }
  return {
    ports,
    urls: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}`])),
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }
    },
  };
}
