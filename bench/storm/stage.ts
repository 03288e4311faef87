import { clusterObjects, agentLogs } from '../cluster/objects.ts';
import { podPlans } from '../cluster/plan.ts';
import type { ClusterSize } from '../cluster/plan.ts';
import type { KubernetesApi } from '../../src/demo/kubernetes-api/kubernetes-api.ts';
import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { startAlertmanager } from '../../test/support/alertmanager.ts';
import type { AlertmanagerAlert, TestAlertmanager } from '../../test/support/alertmanager.ts';
import { eventually } from '../../test/support/eventually.ts';
import { freePort, startRedis } from '../../test/support/redis.ts';
import type { TestRedis } from '../../test/support/redis.ts';
import { startService, writeKubeconfig } from '../../test/support/service-process.ts';
import type { ServiceProcess } from '../../test/support/service-process.ts';
import { startSlack } from '../../test/support/slack.ts';
import type { TestSlack } from '../../test/support/slack.ts';

/** Everything around a storm: real Redis and Alertmanager, an API server and a Slack of the tests, the service in a process of its own. */
export interface Stage extends AsyncDisposable {
  readonly api: KubernetesApi;
  readonly slack: TestSlack;
  readonly redis: TestRedis;
  readonly alertmanager: TestAlertmanager;
  readonly service: ServiceProcess;
  /** Alerts in the form of a webhook, firing in Alertmanager already. */
  readonly alerts: readonly AlertmanagerAlert[];
}

export interface StageSettings {
  /** How many pods are hit, one alert each. */
  readonly alerts: number;
  /** By one cause, the default, or each by a cause of its own. */
  readonly trouble?: ClusterSize['trouble'];
  readonly nodes?: number;
  readonly podsPerNode?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

export const channel = 'C0ALERTS1';

/** Sets the stage: a cluster in which Calico's token is refused, and alerts that Alertmanager has but the service has not. */
export async function setStage({
  alerts,
  trouble = 'no-sandbox',
  nodes = 20,
  podsPerNode = 100,
  variables = {},
}: StageSettings): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const since = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z/, 'Z');
  const size: ClusterSize = { nodes, podsPerNode: Math.max(podsPerNode, Math.ceil(alerts / nodes)), troubled: alerts, trouble, since };
  const api = await startKubernetesApi({ objects: clusterObjects(size) as never, logs: agentLogs(size) });
  stack.defer(async () => api.close());
  const [redis, slack, alertmanager, kubeconfig] = await Promise.all([
    startRedis(['--appendfsync', 'everysec']),
    startSlack(),
    startAlertmanager({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }),
    writeKubeconfig(api.url),
  ]);
  for (const one of [redis, slack, alertmanager, kubeconfig]) stack.use(one);
  const service = stack.use(
    await startService({
      LISTEN: `127.0.0.1:${await freePort()}`,
      REDIS_URL: redis.url,
      KUBECONFIG: kubeconfig.path,
      ALERTMANAGER_URLS: alertmanager.url,
      SLACK_BOT_TOKEN: slack.token,
      SLACK_CHANNEL: channel,
      SLACK_API_URL: slack.apiUrl,
      ...variables,
    }),
  );
  await fire(alertmanager, size);
  const listed = await eventually(async () => {
    const all = await alertmanager.alerts();
    return all.length === alerts ? all : undefined;
  }, 60_000);
  const opened = stack.move();
  return { api, slack, redis, alertmanager, service, alerts: listed, [Symbol.asyncDispose]: async () => opened.disposeAsync() };
}

/** Puts an alert for each troubled pod into Alertmanager, which tells nobody. */
async function fire(alertmanager: TestAlertmanager, size: ClusterSize): Promise<void> {
  const now = Date.now();
  const alerts = [...podPlans(size)]
    .filter(({ state }) => state !== 'running')
    .map(({ namespace, name }) => ({
      labels: {
        alertname: 'KubePodNotReady',
        namespace,
        pod: name,
        severity: 'warning',
        prometheus: 'monitoring/k8s',
        job: 'kube-state-metrics',
      },
      annotations: {
        summary: 'Pod has been in a non-ready state.',
        description: `Pod ${namespace}/${name} has been in a non-ready state.`,
      },
      startsAt: new Date(now - 20_000).toISOString(),
      endsAt: new Date(now + 600_000).toISOString(),
      generatorURL: 'http://prometheus.example/graph?g0.expr=kube_pod_status_ready',
    }));
  await alertmanager.post(alerts);
}
