import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['kindnet-cni'] };
const main = readIn('kubernetes-sigs/kind:images/kindnetd/cmd/kindnetd/main.go');

const signatures: readonly Signature[] = [
  main.weak('cni-datastore-unreachable', /apiserver not reachable, attempt \d+/, { ...log, needs: { repeated: true } }),
  main.strong('cni-datastore-unreachable', /Reached maximum retries obtaining node list:/, log),
  main.strong('route-misconfigured', /Maximum retries reconciling node routes:/, log),
  main.strong('cni-plugin-unhealthy/crash-looping', /missing environment variable POD_SUBNET/, log),
];

export const kindnet: NetworkPlugin = {
  id: 'kindnet',
  title: 'kindnet',
  role: 'main',
  recognition: {
    daemonSets: ['kindnet'],
    selectors: [{ app: 'kindnet' }, { 'k8s-app': 'kindnet' }],
    images: [/kindnetd?(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: [],
    conflists: ['10-kindnet.conflist'],
  },
  agent: { containers: ['kindnet-cni'], initContainers: [], hostLog: null },
  controllers: [],
  configMaps: [],
  kinds: [],
  // kindnetd enforces policies since kind 0.24 (image tags of August 2024 and later).
  enforcesPolicy: ({ version }) => {
    const date = /^v?(20\d{6})/.exec(version ?? '')?.[1];
    return date === undefined ? null : date >= '20240813';
  },
  needsPodCidr: true,
  pool: "the node's pod CIDR",
  speaks: ['reference'],
  signatures,
  falseFriends: [harmless(/Handling node with IPs?:|handling current node/, 'ordinary housekeeping')],
  sources: ['kubernetes-sigs/kind:pkg/build/nodeimage/const_cni.go', 'kubernetes-sigs/kind:images/kindnetd/cmd/kindnetd/main.go'],
};
