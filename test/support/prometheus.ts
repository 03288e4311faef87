import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from './redis.ts';
import { startServer } from './server-process.ts';

/** A real prometheus on a free loopback port, its files in a temporary folder. */
export interface TestPrometheus extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  output(): string;
  close(): Promise<void>;
}

export interface PrometheusOptions {
  readonly alertmanagers: readonly string[];
  /** Rule groups, as `groups:` of a rule file has them. */
  readonly groups: readonly object[];
  /** How often the rules are evaluated, e.g. "1s". Alerts are sent again 1 min later (`--rules.alert.resend-delay`). */
  readonly evaluationInterval?: string;
  readonly resendDelay?: string;
  /** Put on every alert and dropped again before it is sent, as a replica label is. */
  readonly replica?: string;
}

/**
 * Starts it. What fires in its first seconds is sent to nobody: Prometheus drops alerts until its discovery of
 * Alertmanagers is done, up to 5 s after the start, and sends them again a re-send delay later.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<TestPrometheus> {
  const { alertmanagers, groups, evaluationInterval = '1s', resendDelay = '1m', replica = 'a' } = options;
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'podnet-prometheus-'));
  const config = {
    global: { evaluation_interval: evaluationInterval, scrape_interval: '1m', external_labels: { prometheus_replica: replica } },
    rule_files: [join(dir, 'rules.yml')],
    alerting: {
      alert_relabel_configs: [{ regex: 'prometheus_replica', action: 'labeldrop' }],
      alertmanagers: alertmanagers.map(alertmanagerConfig),
    },
  };
  await writeFile(join(dir, 'rules.yml'), stringify({ groups }));
  await writeFile(join(dir, 'prometheus.yml'), stringify(config));
  const args = [`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'tsdb')}`];
  const listen = [`--web.listen-address=127.0.0.1:${port}`, `--rules.alert.resend-delay=${resendDelay}`];
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer('prometheus', [...args, ...listen], `${url}/-/ready`);

  const close = async (): Promise<void> => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { url, pid: server.pid, output: () => server.output(), close, [Symbol.asyncDispose]: close };
}

function alertmanagerConfig(address: string): object {
  const { protocol, host, pathname } = new URL(address);
  return {
    api_version: 'v2',
    scheme: protocol.slice(0, -1),
    path_prefix: pathname,
    static_configs: [{ targets: [host] }],
  };
}
