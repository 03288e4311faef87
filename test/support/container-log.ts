import type { ContainerLog } from '../../src/collectors/cni-logs.ts';

/** The log of a Calico agent with these words. */
export function containerLog(text: string): ContainerLog {
  return {
    plugin: 'calico',
    part: 'agent',
    namespace: 'kube-system',
    pod: 'calico-node-x',
    container: 'calico-node',
    node: 'worker-1',
    previous: false,
    text,
  };
}
