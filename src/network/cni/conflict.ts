import type { DaemonSet, Node } from '../../cluster/wire.ts';
import type { Conflict, Recognised } from './recognised.ts';

/** The first pair of active main plugins that are placed on the same nodes; null where all are companions or apart. */
export function conflictAmong(installed: readonly Recognised[], nodes: readonly Node[]): Conflict | null {
  const mains = installed.filter(({ role, active }) => role === 'main' && active);
  for (const [index, a] of mains.entries()) {
    for (const b of mains.slice(index + 1)) {
      const shared = nodes.filter((node) => isPlaced(a, node) && isPlaced(b, node));
      if (nodes.length > 0 && shared.length === 0) continue;
      const where = nodes.length === 0 ? '' : `, both placed on ${shared.length} of ${nodes.length} nodes`;
      return { a, b, why: `${nameOf(a)} and ${nameOf(b)} each set up pod interfaces and addresses${where}` };
    }
  }
  return null;
}

function isPlaced({ daemonSets }: Recognised, node: Node): boolean {
  return daemonSets.length === 0 || daemonSets.some((daemonSet) => selects(daemonSet, node));
}

/** Labels that the kubelet sets; every agent selects by them. */
const onEveryNode = new Set(['kubernetes.io/os', 'kubernetes.io/arch', 'beta.kubernetes.io/os', 'beta.kubernetes.io/arch']);

/** By nodeSelector alone: while a cluster is moved to another plugin, labels keep the two apart. */
function selects({ spec }: DaemonSet, { metadata }: Node): boolean {
  const wanted = Object.entries(spec?.template?.spec?.nodeSelector ?? {});
  return wanted.every(([key, value]) => metadata?.labels?.[key] === value || onEveryNode.has(key));
}

function nameOf({ plugin, daemonSets }: Recognised): string {
  const [first] = daemonSets;
  return first === undefined
    ? plugin.title
    : `${plugin.title} (DaemonSet ${first.metadata?.namespace ?? ''}/${first.metadata?.name ?? ''})`;
}
