import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['cns-container'] };
const object = { where: ['object', 'log'] as readonly Where[] };
const either = { where: ['event', 'log', 'object'] as readonly Where[] };
const unavailable = { unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node' } } as const;
const minutes = (count: number) => ({ needs: { olderThanMs: count * 60_000 } });

const cns = readIn('Azure/azure-container-networking:cns/restserver/ipam.go');
const config = readIn('Azure/azure-container-networking:crd/nodenetworkconfig/api/v1alpha/nodenetworkconfig.go');
const invoker = readIn('Azure/azure-container-networking:cni/network/invoker_cns.go');
const vnet = readIn('Azure/azure-container-networking:cni/network/network.go');
const ipam = readIn('Azure/azure-container-networking:ipam/pool.go');

const signatures: readonly Signature[] = [
  cns.strong('ip-pool-exhausted', /not enough IPs available( of type \S+)?, waiting on Azure CNS to allocate more/, minutes(3)),
  cns.strong(
    'ip-pool-exhausted',
    /(AllocateIPConfig|AssignAnyAvailableIPConfig|AssignAvailableIPConfigs?).{0,40}(no (more )?(free |available )?IPs?|not enough IPs)/,
    minutes(3),
  ),
  ipam.strong('ip-pool-exhausted/node-range-full', /No available address(es)?( pools)?/, either),
  config.strong('ip-pool-exhausted/subnet-full', /NCUpdateSubnetFullError/, either),
  config.strong('cni-auth-failure/cloud-permissions', /NCUpdateUnauthorizedError/, object),
  config.strong('cloud-network-misconfigured', /NCUpdate(InternalServerError|Failed)\b/, object),
  invoker.strong(
    'cni-plugin-unhealthy/agent-not-answering',
    /:10090(: (i\/o timeout|connect|getsockopt)|\/\S*: (EOF|context deadline exceeded|.*Client\.Timeout))/,
    unavailable,
  ),
  invoker.weak('cni-plugin-unhealthy', /Failed to get IP address from CNS/),
  readIn('Azure/azure-container-networking:azure-ipam/ipam.go').weak('cni-plugin-unhealthy', /failed to request IP address(es)? from CNS/),
  vnet.weak('cni-plugin-unhealthy', /IPAM Invoker Add failed with error:/),
  // Several set-ups at once wait for one lock file; it is a fault only where it stays locked.
  vnet.weak('cni-plugin-unhealthy', /Failed to initialize key-value store of network plugin: .*timed out locking store/, {
    needs: { olderThanMs: 900_000, repeated: true },
  }),
  cns.strong('ipam-state-corrupt', /CNS State potentially corrupt/),
  cns.weak('ipam-state-corrupt', /no NCs found in the CNS internal state/),
  cns.weak('ipam-state-corrupt/stale-allocation', /endpoint state could not be found in the statefile/, log),
  cns.strong(
    'static-ip-conflict',
    /\[AssignDesiredIPConfigs\] Desired IP is already assigned|(requested|desired) IP \S+ is already (assigned|allocated|in use)/,
  ),
];

export const azure: NetworkPlugin = {
  id: 'azure',
  title: 'Azure CNI',
  role: 'main',
  recognition: {
    daemonSets: ['azure-cns', 'azure-cns-win', 'azure-cni-networkmonitor'],
    selectors: [{ 'k8s-app': 'azure-cns' }],
    images: [/(^|\/)azure-cns(-\w+)?(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: ['azure-vnet', 'azure-vnet-ipam', 'azure-ipam', 'azure-cns', 'azure-ipam-ipv6'],
    conflists: ['10-azure.conflist'],
  },
  agent: { containers: ['cns-container'], initContainers: ['cni-installer', 'azure-ipam-installer'], hostLog: '/var/log/azure-vnet.log' },
  controllers: [],
  configMaps: [{ name: 'cns-config', namespace: null }],
  companions: ['azure-npm'],
  kinds: ['NodeNetworkConfig', 'ClusterSubnetState'],
  enforcesPolicy: ({ 'azure-npm': npm }) => (npm === undefined ? null : npm === 'true'),
  needsPodCidr: false,
  pool: "the node's NodeNetworkConfig and its subnet",
  speaks: ['reference'],
  signatures,
  falseFriends: [harmless(/reconciling initial CNS state attempt/, 'the agent starting')],
  sources: ['Azure/azure-container-networking:cns/azure-cns.yaml', 'Azure/azure-container-networking:cns/restserver/ipam.go'],
};
