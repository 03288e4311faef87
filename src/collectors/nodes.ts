import { collector, EvidenceMissing } from './collector.ts';
import type { Collecting } from './collector.ts';
import type { Node } from '../cluster/wire.ts';
import { canonicalAddress } from '../network/cidr.ts';

/** Every node of the cluster, without its list of images and without managed fields. */
export const nodes = collector({
  name: 'nodes',
  what: 'the nodes',
  shows: ['Node'],
  scope: 'cluster',
  structured: true,
  permissions: ['list nodes'],
  command: () => 'kubectl get nodes -o yaml',
  collect: async ({ cluster, signal }) => (await cluster.collect('Node', { signal }, slim)).items,
});

function slim(node: Node): Node {
  const { images: _images, ...status } = node.status ?? {};
  const { managedFields: _managedFields, ...metadata } = node.metadata ?? {};
  return { ...node, metadata, status };
}

/** The node that a node alert is about, by its name or by an address of it; undefined when there is no such node. */
export const nodeOfTarget = collector({
  name: 'nodeOfTarget',
  what: "the alert's node",
  shows: ['Node'],
  scope: 'target',
  permissions: ['list nodes'],
  command: () => 'kubectl get nodes -o wide',
  async collect({ target, read }): Promise<Node | undefined> {
    if (target.kind !== 'node') return undefined;
    const all = await read(nodes);
    const address = canonicalAddress(target.name);
    return all.find(
      ({ metadata, status }) =>
        metadata?.name === target.name ||
        status?.addresses?.some(
          (one) => one.address === target.name || (address !== undefined && canonicalAddress(one.address) === address),
        ),
    );
  },
});

/** Name of the node that a node alert is about. Throws EvidenceMissing where there is no such node. */
export async function nodeNameOf(collecting: Collecting): Promise<string> {
  const name = (await collecting.read(nodeOfTarget))?.metadata?.name;
  if (name === undefined) throw new EvidenceMissing('not-applicable', 'no node has the name or the address of the alert');
  return name;
}
