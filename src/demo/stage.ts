import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../compose.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLogger } from '../observability/logger.ts';
import { runbooks } from '../runbooks/index.ts';
import type { PrintedMessage } from '../sinks/slack/printed-sink.ts';
import { startAlertmanager } from './alertmanager.ts';
import type { DemoAlertmanager } from './demo-alertmanager.ts';
import { startPager } from './pager.ts';
import { freePort } from './ports.ts';
import { openRecordedCluster, type RecordedCluster } from './recorded-cluster.ts';
import { pagerGroupWaitMs } from './routes.ts';
import type { WebhookBody } from './webhook-body.ts';

/** What the demo takes from outside. */
export interface StageOptions {
  /** The environment. Of the service's settings only LISTEN, PUBLIC_URL, REDIS_URL and LOG_LEVEL count. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Makes this the kubeconfig that the service finds. */
  readonly setKubeconfig: (path: string) => void;
}

/** Who is told what arrives. */
export interface Audience {
  readonly onMessage: (message: PrintedMessage) => void;
  readonly onPage: (page: WebhookBody) => void;
}

/** Everything that the demo consists of, running. */
export interface Stage extends AsyncDisposable {
  readonly cluster: RecordedCluster;
  readonly alertmanager: DemoAlertmanager;
  readonly redis: string;
  /** Base of the service's pages and API. */
  readonly publicUrl: string;
  readonly logFile: string;
  /** Leaves the files, the log among them, when the stage is closed. */
  keepFiles(): void;
}

const usualPorts = { service: 8080, alertmanager: 9093 };

/** Starts the cluster, the pager, Alertmanager and the service itself, composed as `serve` composes it. Nothing outside is touched. */
export async function openStage({ variables, setKubeconfig }: StageOptions, { onMessage, onPage }: Audience): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'podnet-triage-demo-'));
  let filesStay = false;
  stack.defer(async () => (filesStay ? undefined : rm(directory, { recursive: true, force: true })));
  const cluster = stack.use(await openRecordedCluster());
  setKubeconfig(cluster.kubeconfig);
  const pager = stack.use(await startPager(onPage));
  const listen = variables['LISTEN'] ?? `127.0.0.1:${await freePort(usualPorts.service)}`;
  const port = /\d+$/.exec(listen)?.[0] ?? usualPorts.service;
  const publicUrl = variables['PUBLIC_URL'] ?? `http://127.0.0.1:${port}`;
  const alertmanager = stack.use(
    await startAlertmanager({
      port: await freePort(usualPorts.alertmanager),
      directory: join(directory, 'alertmanager'),
      searchPath: variables['PATH'] ?? '',
      receivers: { triageUrl: `http://127.0.0.1:${port}/api/v1/alertmanager`, pagerUrl: pager.url },
    }),
  );
  const config = loadConfig({
    runbooks: runbooks.map(({ id }) => id),
    variables: {
      LISTEN: listen,
      PUBLIC_URL: publicUrl,
      REDIS_URL: variables['REDIS_URL'],
      LOG_LEVEL: variables['LOG_LEVEL'],
      DATA_DIR: join(directory, 'redis'),
      ALERTMANAGER_URLS: alertmanager.url,
      PAGER_GROUP_WAIT: `${pagerGroupWaitMs / 1000}s`,
    },
  });
  const logFile = join(directory, 'service.log');
  const logger = createLogger(config.logLevel, createWriteStream(logFile));
  const service = stack.use(await compose(config, 'all', { logger, print: onMessage, isRecorded: true }));
  await expectReady(service.url);
  const opened = stack.move();
  return {
    cluster,
    alertmanager,
    redis: config.redisUrl === null ? 'a private redis-server, its append-only file in a temporary folder' : 'the one of REDIS_URL',
    publicUrl: config.publicUrl,
    logFile,
    keepFiles: () => void (filesStay = true),
    [Symbol.asyncDispose]: async () => opened.disposeAsync(),
  };
}

/** A Redis of REDIS_URL that is away is told at once, instead of a story that does not begin. */
async function expectReady(url: string): Promise<void> {
  const answer = await fetch(`${url}/readyz`);
  if (answer.ok) return;
  const { redis } = (await answer.json()) as { redis?: { why?: string } };
  throw new Error(`the Redis of REDIS_URL does not answer (${redis?.why ?? `status ${answer.status}`})`);
}
