import { sh } from '../../core/shell.ts';
import type { NextAction } from '../../core/verdict.ts';
import type { PluginId } from '../../network/cni/plugin.ts';
import { change, look, onNode, podsOf } from './actions.ts';

/** Plugins whose nodes keep one file for each address (containernetworking/plugins: host-local/backend/disk). */
const keepFiles: ReadonlySet<PluginId> = new Set<PluginId>([
  'reference',
  'flannel',
  'k3s-flannel',
  'canal',
  'kindnet',
  'kube-router',
  'gke',
  'openshift-sdn',
]);

/** Where other plugins keep their records. */
const records: Partial<Record<PluginId, (node: string) => string>> = {
  calico: () => 'calicoctl ipam check --show-problem-ips',
  cilium: (node) => sh`kubectl get ciliumnodes ${node} -o yaml`,
  antrea: () => 'kubectl get ippools.crd.antrea.io -o yaml',
  whereabouts: () => 'kubectl get ippools.whereabouts.cni.cncf.io -A -o yaml',
};

/** How to see what a plugin has given out, beside the pods of the node. */
export function allocationLooks(plugin: PluginId | undefined, node: string): readonly NextAction[] {
  if (plugin === undefined) return [podsOf(node)];
  const command = keepFiles.has(plugin) ? onNode(node, 'ls -l /host/var/lib/cni/networks/*') : records[plugin]?.(node);
  return command === undefined ? [podsOf(node)] : [podsOf(node), look('See the allocations that are recorded', command)];
}

/** How leaked addresses are given back, where a command does it. */
export function releaseActions(plugin: PluginId | undefined, node: string): readonly NextAction[] {
  if (plugin === 'calico')
    return [
      change(
        'Release the leaked addresses that Calico itself finds',
        'calicoctl ipam check -o report.json && calicoctl ipam release --from-report=report.json',
      ),
    ];
  if (plugin === undefined || !keepFiles.has(plugin)) return [];
  return [
    change(
      'Empty the node; then the files of pods that are gone may be deleted there',
      sh`kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data`,
    ),
  ];
}
