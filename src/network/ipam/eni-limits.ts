import { livePodsOf } from './pod-index.ts';
import type { PoolUsage } from './pool-usage.ts';
import { nodeOf, type UsageInputs } from './usage-inputs.ts';

/** How many network interfaces an instance takes, and how many IPv4 addresses each of them. */
export interface EniLimit {
  readonly enis: number;
  readonly addressesPerEni: number;
}

const limit = (enis: number, addressesPerEni: number): EniLimit => ({ enis, addressesPerEni });

/** The sizes of the general families; those with extra networking or accelerators differ and are left out. */
const general: Readonly<Record<string, EniLimit>> = {
  medium: limit(2, 4),
  large: limit(3, 10),
  xlarge: limit(4, 15),
  '2xlarge': limit(4, 15),
  '4xlarge': limit(8, 30),
  '8xlarge': limit(8, 30),
  '9xlarge': limit(8, 30),
  '12xlarge': limit(8, 30),
  '16xlarge': limit(15, 50),
  '18xlarge': limit(15, 50),
  '24xlarge': limit(15, 50),
  '32xlarge': limit(15, 50),
  '48xlarge': limit(15, 50),
};

const burstable: Readonly<Record<string, EniLimit>> = {
  nano: limit(2, 2),
  micro: limit(2, 2),
  small: limit(3, 4),
  medium: limit(3, 6),
  large: limit(3, 12),
  xlarge: limit(4, 15),
  '2xlarge': limit(4, 15),
};

/** The limits of common instance types; undefined for others (aws/amazon-vpc-cni-k8s:misc/eni-max-pods.txt). */
export function eniLimitOf(instanceType: string): EniLimit | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  if (/^[mcr][5-8](a|ad|d|g|gd|i|id)?$/.test(family)) return general[size];
  return /^t(3|3a|4g)$/.test(family) ? burstable[size] : undefined;
}

/**
 * How many pod addresses the node's interfaces can hold against its live pods; nothing for instance types that are not
 * known, and where pods have interfaces of their own. The subnet may be used up before.
 */
export function eniUsages(inputs: UsageInputs): readonly PoolUsage[] {
  const { settings, node, pods } = inputs;
  const labels = nodeOf(inputs)?.metadata?.labels ?? {};
  const type = labels['node.kubernetes.io/instance-type'] ?? labels['beta.kubernetes.io/instance-type'] ?? '';
  const known = eniLimitOf(type);
  if (known === undefined || settings['ENABLE_POD_ENI'] === 'true' || settings['ENABLE_IPv6'] === 'true') return [];
  const forPods = known.enis - (settings['AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG'] === 'true' ? 1 : 0);
  const perSlot = settings['ENABLE_PREFIX_DELEGATION'] === 'true' ? 16 : 1;
  const capacity = forPods * (known.addressesPerEni - 1) * perSlot;
  const livePods = livePodsOf(pods, node).filter(({ addresses }) => addresses.length > 0).length;
  return [
    {
      plugin: 'aws-vpc',
      scope: 'node',
      name: node,
      node,
      cidr: null,
      family: 4,
      capacity,
      used: null,
      livePods,
      reserved: 0,
      free: null,
      leaked: [],
      blockedBy: null,
      exhaustedAs: 'eni-limit',
      declaredFull: null,
      facts: `${livePods} live pods hold addresses on node ${node}; the ${forPods} network interfaces of an ${type} hold ${capacity}`,
    },
  ];
}
