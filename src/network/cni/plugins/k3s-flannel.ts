import type { NetworkPlugin } from '../plugin.ts';
import { flannel } from './flannel.ts';

/**
 * Flannel inside the k3s process: it has no pod and no log that the API shows, only node annotations. k3s brings its
 * own network policy controller, so that, unlike with Flannel alone, policies count.
 */
export const k3sFlannel: NetworkPlugin = {
  ...flannel,
  id: 'k3s-flannel',
  title: "k3s' embedded Flannel",
  recognition: { ...flannel.recognition, daemonSets: [], selectors: [], images: [], namespaces: [], conditionReasons: [], types: [] },
  agent: { containers: [], initContainers: [], hostLog: 'journal of k3s or k3s-agent' },
  configMaps: [],
  enforcesPolicy: true,
  speaks: ['flannel', 'reference'],
  signatures: [],
  falseFriends: [],
  sources: ['k3s-io/k3s:pkg/agent/flannel/setup.go', 'k3s-io/k3s:pkg/agent/netpol/netpol.go'],
};
