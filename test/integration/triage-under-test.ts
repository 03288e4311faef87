import { startKubernetesApi } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { fullNode } from '../support/full-node.ts';
import { startService, writeKubeconfig } from '../support/service-process.ts';

/** The whole product, as users run it, before a cluster of the tests' own. */
export interface TriageUnderTest extends AsyncDisposable {
  readonly webhookUrl: string;
  /** Kills one of the two workers, in whatever it does. */
  killWorker(): Promise<void>;
}

export interface TriageOptions {
  readonly redisUrl: string;
  readonly alertmanagerUrls: readonly string[];
  readonly pagerGroupWaitMs: number;
  /** Pods of namespace shop that wait for an address of a node that has none left. */
  readonly pods: readonly string[];
  /** One of them that the API server never answers about. */
  readonly silentAbout?: string;
}

export const publicUrl = 'https://triage.example';

/** A webhook and two workers as processes of their own, and the API server that the workers read. */
export async function startTriage(options: TriageOptions): Promise<TriageUnderTest> {
  const { redisUrl, alertmanagerUrls, pagerGroupWaitMs, pods, silentAbout } = options;
  await using stack = new AsyncDisposableStack();
  const api = await startKubernetesApi(fullNode(pods) as never);
  stack.defer(async () => api.close());
  if (silentAbout !== undefined) api.faults.add({ when: ({ path }) => path.endsWith(`/pods/${silentAbout}`), what: { kind: 'hang' } });
  const kubeconfig = stack.use(await writeKubeconfig(api.url));
  const variables = {
    REDIS_URL: redisUrl,
    KUBECONFIG: kubeconfig.path,
    PUBLIC_URL: publicUrl,
    ALERTMANAGER_URLS: alertmanagerUrls.join(','),
    PAGER_GROUP_WAIT: `${pagerGroupWaitMs / 1000}s`,
  };
  const roles = ['webhook', 'worker', 'worker'];
  const started = await Promise.all(roles.map(async (role) => startService(variables, role)));
  const [webhook, worker] = started.map((one) => stack.use(one));

  const opened = stack.move();
  return {
    webhookUrl: `${webhook?.url}/api/v1/alertmanager`,
    async killWorker() {
      worker?.kill('SIGKILL');
      await worker?.ended;
    },
    [Symbol.asyncDispose]: async () => opened.disposeAsync(),
  };
}
