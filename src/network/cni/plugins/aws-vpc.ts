import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const anywhere = { where: ['event', 'node-event', 'log', 'condition'] as readonly Where[] };
const log = { where: ['log'] as readonly Where[], containers: ['aws-node'] };
const poolGrows = { needs: { olderThanMs: 180_000 } };
const unavailable = { unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node' } } as const;

const binary = readIn('aws/amazon-vpc-cni-k8s:cmd/routed-eni-cni-plugin/cni.go');
const driver = readIn('aws/amazon-vpc-cni-k8s:cmd/routed-eni-cni-plugin/driver/driver.go');
const store = readIn('aws/amazon-vpc-cni-k8s:pkg/ipamd/datastore/data_store.go');
const ipamd = readIn('aws/amazon-vpc-cni-k8s:pkg/ipamd/ipamd.go');
const launcher = readIn('aws/amazon-vpc-cni-k8s:cmd/aws-vpc-cni/main.go');
const awsutils = readIn('aws/amazon-vpc-cni-k8s:pkg/awsutils/awsutils.go');
const k8sapi = readIn('aws/amazon-vpc-cni-k8s:pkg/k8sapi/k8sutils.go');
const controller = readIn('aws/amazon-vpc-resource-controller-k8s:pkg/utils/events.go');
const guide = readIn('aws/amazon-vpc-cni-k8s:docs/troubleshooting.md');

const signatures: readonly Signature[] = [
  binary.strong('ip-pool-exhausted', /failed to assign an IP address to container/, poolGrows),
  store.strong(
    'ip-pool-exhausted',
    /(AssignPodIPAddress|AssignPodIPv[46]Address|DataStore):? (has )?no available IP(\/Prefix)? addresses/,
    poolGrows,
  ),
  ipamd.strong('ip-pool-exhausted/subnet-full', /InsufficientFreeAddressesInSubnet/, anywhere),
  controller.strong('ip-pool-exhausted/subnet-full', /InsufficientCidrBlocks/, anywhere),
  ipamd.strong('ip-pool-exhausted/subnet-full', /subnet doesn'?t seem to have enough IPs(\/Prefixes)?/),
  ipamd.strong('ip-pool-exhausted/eni-limit', /AttachmentLimitExceeded|already at max ENIs|maximum number of ENIs .*attached/i, anywhere),
  ipamd.strong('cloud-network-misconfigured', /No ENIConfig could be found for this node|error retrieving ENIConfig/),
  controller.strong(
    'cloud-network-misconfigured',
    /EniConfigNameNotFound|NodeTrunkFailedInit|CNINodeCreationFailed|failed to find (the )?ENIConfig/i,
    anywhere,
  ),
  readIn('aws/amazon-vpc-resource-controller-k8s:pkg/provider/branch/provider.go').strong(
    'cloud-network-misconfigured',
    /BranchAllocationFailed|failed to allocate branch ENI to pod/,
    anywhere,
  ),
  ipamd.strong('cloud-network-misconfigured', /Failed to increase pool size due to not able to allocate ENI/),
  awsutils.strong(
    'cloud-network-misconfigured',
    /InvalidSubnetID\.NotFound|InvalidGroup\.NotFound|InvalidSecurityGroupID\.NotFound|NetworkInterfaceLimitExceeded/,
    anywhere,
  ),
  ipamd.weak('ipam-state-corrupt/stale-allocation', /PrivateIpAddressLimitExceeded/, anywhere),
  ipamd.weak('ipam-state-corrupt/stale-allocation', /Instance metadata does not match data store!/),
  awsutils.strong(
    'cni-auth-failure/cloud-permissions',
    /MissingIAMPermissions|Unauthorized operation: failed to call \S+ due to missing permissions/,
    anywhere,
  ),
  k8sapi.strong('cni-datastore-unreachable', /Failed to communicate with K8S Server|error communicating with apiserver:/, log),
  binary.strong('cni-plugin-unhealthy/agent-not-answering', /failed to connect to backend server/, unavailable),
  binary.strong(
    'cni-plugin-unhealthy/agent-not-answering',
    /dial (tcp|unix) (127\.0\.0\.1:50051|\[::1\]:50051|localhost:50051|\S*\/ipamd\.sock): (connect|getsockopt):/,
    {
      where: ['event', 'log', 'probe'],
      ...unavailable,
    },
  ),
  binary.strong(
    'cni-plugin-unhealthy/agent-not-answering',
    /Error received from (Add|Del)Network g?R?PC call: .*code = Unavailable/,
    unavailable,
  ),
  binary.weak('cni-plugin-unhealthy', /Error received from (Add|Del)Network g?R?PC call/),
  launcher.strong('cni-plugin-unhealthy/not-ready', /Timed out waiting for IPAM daemon to start/),
  guide.strong('cni-plugin-unhealthy/not-ready', /timeout: failed to connect service \S*(:50051|ipamd\.sock)/, {
    where: ['probe', 'log', 'event'],
  }),
  binary.strong('cni-plugin-unhealthy', /add cmd: failed to setup network policy/),
  ipamd.strong(
    'cni-datastore-unreachable',
    /Failed to (check|establish) (API server|apiserver|kube-?api) connectivity|Unable to reach API Server/,
    log,
  ),
  driver.strong('route-misconfigured', /failed to setup (toContainer|fromContainer) rule, containerAddr=/),
  driver.weak('route-misconfigured', /setup NS network: failed to (add|setup)/),
  launcher.strong('mtu-mismatch', /cannot be less than \d+ or greater than 9001/, log),
];

export const awsVpc: NetworkPlugin = {
  id: 'aws-vpc',
  title: 'AWS VPC CNI',
  role: 'main',
  recognition: {
    daemonSets: ['aws-node'],
    selectors: [{ 'k8s-app': 'aws-node' }, { 'app.kubernetes.io/name': 'aws-node' }],
    images: [/amazon-k8s-cni(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: ['vpc.amazonaws.com/node-id'],
    conditionReasons: [],
    types: ['aws-cni', 'aws-vpc-cni', 'egress-cni', 'egress-v4-cni', 'egress-v6-cni'],
    conflists: ['10-aws.conflist'],
  },
  agent: {
    containers: ['aws-node', 'aws-eks-nodeagent'],
    initContainers: ['aws-vpc-cni-init'],
    hostLog: '/var/log/aws-routed-eni/ipamd.log',
  },
  controllers: [],
  configMaps: [{ name: 'amazon-vpc-cni', namespace: 'kube-system' }],
  kinds: ['ENIConfig', 'CNINode'],
  enforcesPolicy: ({ 'enable-network-policy-controller': controllerOn, NETWORK_POLICY_ENFORCING_MODE: mode }) => {
    if (controllerOn !== undefined) return controllerOn === 'true';
    return mode === 'strict' ? true : null;
  },
  needsPodCidr: false,
  pool: "the node's ENIs and their subnet",
  speaks: [],
  signatures,
  falseFriends: [
    harmless(/No ENI found at all in metadata/, 'the instance metadata service not answering for a moment'),
    harmless(/RequestLimitExceeded|Throttling(Exception)?: Rate exceeded/, 'throttling by the cloud, which is tried again'),
  ],
  sources: ['aws/amazon-vpc-cni-k8s:config/master/aws-k8s-cni.yaml', 'aws/amazon-vpc-cni-k8s:docs/troubleshooting.md'],
};
