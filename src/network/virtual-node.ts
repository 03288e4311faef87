import type { Node } from '../cluster/wire.ts';

/** Labels with which nodes without a machine are registered. */
const labels: Readonly<Record<string, string>> = {
  type: 'virtual-kubelet',
  'eks.amazonaws.com/compute-type': 'fargate',
  'liqo.io/type': 'virtual-node',
};

/**
 * Whether a node stands for capacity elsewhere, such as AWS Fargate or Azure Container Instances: no network plugin of
 * the cluster runs there, and its pods have addresses that somebody else gave them; a pod on Fargate has its node's.
 *
 * Sources: virtual-kubelet/virtual-kubelet:cmd/virtual-kubelet/internal/commands/root/node.go, the EKS guide on Fargate
 * (one pod a node), liqotech/liqo:pkg/consts/node.go, kubernetes-sigs/kwok:pkg/kwok/controllers (fake nodes).
 */
export function isVirtualNode({ metadata, spec }: Node): boolean {
  return (
    Object.entries(labels).some(([key, value]) => metadata?.labels?.[key] === value) ||
    metadata?.annotations?.['kwok.x-k8s.io/node'] !== undefined ||
    (spec?.taints ?? []).some(({ key }) => key === 'virtual-kubelet.io/provider')
  );
}
