import { fileURLToPath } from 'node:url';
import { openSnapshot } from '../cluster/snapshot/open-snapshot.ts';
import type { Pod } from '../cluster/wire.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from './kubernetes-api/start-kubernetes-api.ts';
import { later } from './later.ts';

/** The recording, which `diagnose --snapshot` reads too. */
export const recordingDirectory = fileURLToPath(new URL('recording', import.meta.url));

/** The recorded cluster behind a real HTTP API, as if it happened now. */
export interface RecordedCluster extends AsyncDisposable {
  readonly url: string;
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  readonly nodes: number;
  readonly pods: number;
  /** A pod that gets no address. */
  readonly stuckPod: PodName;
  /** A pod that crashes by itself, for comparison. */
  readonly crashingPod: PodName;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** Serves the recording on a free loopback port, its times moved so that its newest is now. */
export async function openRecordedCluster(): Promise<RecordedCluster> {
  const recording = await openSnapshot(recordingDirectory);
  const api = await startKubernetesApi(later(recording, Date.now() - recording.now().getTime()));
  const kubeconfig = await writeKubeconfig(api.url);
  const [nodes, pods] = await Promise.all([recording.list('Node'), recording.list('Pod')]);
  return {
    url: api.url,
    kubeconfig,
    nodes: nodes.items.length,
    pods: pods.items.length,
    stuckPod: named(pods.items, 'checkout', 'ContainerCreating'),
    crashingPod: named(pods.items, 'payments', 'CrashLoopBackOff'),
    async [Symbol.asyncDispose]() {
      await api.close();
      await removeKubeconfig(kubeconfig);
    },
  };
}

function named(pods: readonly Pod[], application: string, waitingFor: string): PodName {
  const found = pods.find(
    ({ metadata, status }) =>
      metadata?.labels?.['app.kubernetes.io/name'] === application &&
      status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === waitingFor) === true,
  );
  const { namespace, name } = found?.metadata ?? {};
  if (namespace === undefined || name === undefined)
    throw new Error(`the recording has no pod of ${application} that waits in ${waitingFor}`);
  return { namespace, name };
}
