import type { Container, ContainerStatus, Pod, PodCondition } from '../../../src/cluster/wire.ts';

/** The conditions of a pod whose containers are all ready, or all not, since then. */
export function conditions(ready: 'True' | 'False', since: string): PodCondition[] {
  const why = ready === 'True' ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [web]' };
  return [
    { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: since },
    { type: 'Initialized', status: 'True', lastTransitionTime: since },
    { type: 'Ready', status: ready, lastTransitionTime: since, ...why },
    { type: 'ContainersReady', status: ready, lastTransitionTime: since, ...why },
    { type: 'PodScheduled', status: 'True', lastTransitionTime: since },
  ];
}

/** The pod's container and its status by name; its first one without a name. */
export function containerOf(pod: Pod, name?: string): { spec: Container; status: ContainerStatus } {
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const spec = name === undefined ? pod.spec?.containers[0] : all.find((one) => one.name === name);
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const status = statuses.find((one) => one.name === spec?.name);
  if (spec === undefined || status === undefined) throw new Error(`pod ${pod.metadata?.name ?? ''} has no container ${name ?? ''}`);
  return { spec, status };
}
