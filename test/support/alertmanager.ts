import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from './redis.ts';
import { startServer } from './server-process.ts';

/** An alert as `GET /api/v2/alerts` lists it. */
export interface AlertmanagerAlert {
  readonly fingerprint: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL: string;
}

/** A real prometheus-alertmanager on free loopback ports, its files in a temporary folder. */
export interface TestAlertmanager extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Address of its cluster port; null where it runs alone. */
  readonly clusterAddress: string | null;
  /** What it wrote to its log. */
  output(): string;
  alerts(): Promise<readonly AlertmanagerAlert[]>;
  /** Posts alerts as a source would. */
  post(alerts: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

export interface AlertmanagerOptions {
  /** Cluster addresses to join; an empty list starts a cluster of one, no list runs it alone. */
  readonly peers?: readonly string[];
  /** The part of its URLs before `/api/v2`. */
  readonly routePrefix?: string;
  /** Where it listens; a free port unless said otherwise. */
  readonly port?: number;
}

/** Starts it with a configuration, as YAML text or as the object that the YAML would hold. */
export async function startAlertmanager(config: string | object, options: AlertmanagerOptions = {}): Promise<TestAlertmanager> {
  const { peers, routePrefix = '', port = await freePort() } = options;
  const clusterPort = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'podnet-alertmanager-'));
  const file = join(dir, 'alertmanager.yml');
  await writeFile(file, typeof config === 'string' ? config : stringify(config));
  const clusterAddress = peers === undefined ? null : `127.0.0.1:${clusterPort}`;
  const cluster =
    peers === undefined
      ? ['--cluster.listen-address=']
      : [
          `--cluster.listen-address=${clusterAddress}`,
          `--cluster.advertise-address=${clusterAddress}`,
          '--cluster.settle-timeout=1s',
          '--cluster.gossip-interval=100ms',
          ...peers.map((peer) => `--cluster.peer=${peer}`),
        ];
  const url = `http://127.0.0.1:${port}${routePrefix}`;
  const args = [`--config.file=${file}`, `--storage.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`, ...cluster];
  const prefix = routePrefix === '' ? [] : [`--web.route-prefix=${routePrefix}`];
  const server = await startServer('prometheus-alertmanager', [...args, ...prefix], `${url}/-/ready`);

  const close = async (): Promise<void> => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return {
    url,
    pid: server.pid,
    clusterAddress,
    output: () => server.output(),
    async alerts() {
      const answer = await fetch(`${url}/api/v2/alerts`);
      return (await answer.json()) as AlertmanagerAlert[];
    },
    async post(alerts) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
      if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Two or more Alertmanagers that know each other. */
export async function startAlertmanagerCluster(config: string | object, size = 2): Promise<readonly TestAlertmanager[]> {
  const members: TestAlertmanager[] = [];
  for (let count = 0; count < size; count += 1) {
    const peers = members.flatMap(({ clusterAddress }) => (clusterAddress === null ? [] : [clusterAddress]));
    members.push(await startAlertmanager(config, { peers }));
  }
  return members;
}
