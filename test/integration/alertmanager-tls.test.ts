import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUpstream } from '../../src/proxy/upstream.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';
import type { AlertmanagerAccess } from '../../src/sinks/alertmanager/connection.ts';
import { openReplicas } from '../../src/sinks/alertmanager/replicas.ts';
import { certificate, key } from '../probe/certificate.ts';

let folder: string;
let caFile: string;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podnet-tls-'));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificate);
  server = createServer({ key, cert: certificate }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Lists the alerts of the Alertmanager behind a name of the headless service, which leads to the server. */
async function listedAt(name: string, access: AlertmanagerAccess, at = port): Promise<unknown> {
  const entry = parseAlertmanagerAddress(`dns+https://${name}:${at}`);
  const replicas = openReplicas([entry], { access, onUnresolved: () => undefined, resolve: async () => ['127.0.0.1'] });
  try {
    const [replica] = await replicas.current();
    return await replica?.alerts([]).catch((error: unknown) => (error as Error).message);
  } finally {
    await replicas.close();
  }
}

describe('an Alertmanager behind TLS', () => {
  it('is believed when the authority of ALERTMANAGER_AUTH_CA_FILE signed for the name, though its address was looked up', async () => {
    expect(await listedAt('pod.example', { caFile })).toEqual([]);
  });

  it('is not believed under another name', async () => {
    expect(await listedAt('other.example', { caFile })).toMatch(/other\.example.*pod\.example/);
  });

  it('is not believed where nobody that we trust signed for it', async () => {
    expect(await listedAt('pod.example', {})).toMatch(/self-signed certificate/);
  });

  it('is spoken to in HTTP/1.1, though it offers HTTP/2', async () => {
    const versions: string[] = [];
    const both = createSecureServer({ key, cert: certificate, allowHTTP1: true }, (incoming, response) => {
      versions.push(`${incoming.method} ${incoming.httpVersion}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    }).listen(0, '127.0.0.1');
    await once(both, 'listening');
    const { port: of } = both.address() as AddressInfo;
    const upstream = openUpstream(
      { base: `https://127.0.0.1:${of}`, serverName: 'pod.example', user: null, password: null },
      { access: {}, ca: certificate },
    );

    await upstream.post({ body: Buffer.from('[]'), headers: {} });
    expect(await listedAt('pod.example', { caFile }, of)).toEqual([]);

    expect(versions).toEqual(['POST 1.1', 'GET 1.1']);
    await upstream.close();
    both.close();
  });

  it('is sent to by the proxy on the same terms', async () => {
    const address = { base: `https://127.0.0.1:${port}`, serverName: 'pod.example', user: null, password: null };
    const posting = { body: Buffer.from('[]'), headers: { 'content-type': 'application/json' } };
    const trusting = openUpstream(address, { access: {}, ca: certificate });
    const doubting = openUpstream(address, { access: {}, ca: null });

    expect(await trusting.post(posting)).toMatchObject({ status: 200 });
    await expect(doubting.post(posting)).rejects.toThrow(/self-signed certificate/);

    await Promise.all([trusting.close(), doubting.close()]);
  });
});
