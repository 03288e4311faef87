import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { freePort, startRedis } from './redis.ts';

export interface TestTopology extends AsyncDisposable {
  readonly url: string;
}

/** A Redis Cluster of three masters. */
export async function startCluster(): Promise<TestTopology> {
  // A node's cluster bus listens on its port + 10,000, which must be a port too.
  const servers = await Promise.all(
    [0, 1, 2].map(async () => startRedis(['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`])),
  );
  const clients = servers.map(({ url }) => new Redis(url));
  const [first] = clients;
  const size = Math.ceil(16_384 / servers.length);
  for (const [index, client] of clients.entries()) {
    await client.cluster('ADDSLOTSRANGE', index * size, Math.min(16_383, (index + 1) * size - 1));
  }
  for (const [index, server] of servers.entries()) {
    const bus = String((await clients[index]?.config('GET', 'cluster-port')) ?? '').split(',')[1] ?? '';
    await first?.call('CLUSTER', 'MEET', '127.0.0.1', `${server.port}`, bus);
  }
  for (const client of clients) await eventually(async () => (await client.cluster('INFO')).includes('cluster_state:ok'), 20_000);
  for (const client of clients) client.disconnect();
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(async (server) => server.close()));
    },
  };
}

export interface SentinelTopology extends TestTopology {
  /** Ends the present master; the replica takes over. */
  failOver(): Promise<void>;
}

/** A master, its replica, and one sentinel that watches them. */
export async function startSentinel(): Promise<SentinelTopology> {
  const master = await startRedis();
  const replica = await startRedis(['--replicaof', '127.0.0.1', `${master.port}`]);
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'podnet-sentinel-'));
  const watched = [`monitor mymaster 127.0.0.1 ${master.port} 1`, 'down-after-milliseconds mymaster 500', 'failover-timeout mymaster 3000'];
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`, ...watched.map((line) => `sentinel ${line}`)];
  await writeFile(join(dir, 'sentinel.conf'), `${lines.join('\n')}\n`);
  const sentinel = spawn('redis-server', [join(dir, 'sentinel.conf'), '--sentinel'], { stdio: 'ignore' });
  await seesReplica(port);
  return {
    url: `redis+sentinel://127.0.0.1:${port}/mymaster`,
    failOver: async () => {
      await replicated(master.port);
      await master.kill();
    },
    async [Symbol.asyncDispose]() {
      await end(sentinel);
      await Promise.all([master.close(), replica.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function seesReplica(port: number): Promise<void> {
  const client = new Redis({ port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await eventually(
    async () => JSON.stringify(await client.call('SENTINEL', 'replicas', 'mymaster')).includes('master-link-status","ok'),
    20_000,
  );
  client.disconnect();
}

/** Replication is asynchronous: what the replica has not yet got is lost with its master, which is not what is tested here. */
async function replicated(port: number): Promise<void> {
  const client = new Redis({ port });
  await client.set('replicated', 'yes');
  await eventually(async () => (await client.wait(1, 1000)) === 1, 20_000);
  client.disconnect();
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
