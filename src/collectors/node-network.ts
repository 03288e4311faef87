import { collector, EvidenceMissing } from './collector.ts';
import { node } from './node.ts';
import { nodeWord } from './node-command.ts';
import type { NodeNetwork } from './node-view.ts';
import { nodes } from './nodes.ts';
import { peerNode } from './peer-node.ts';
import { byNode } from './scopes.ts';
import { sh } from '../core/shell.ts';

/** The interfaces and routes of the pod's node, through the node agent. */
export const nodeNetwork = collector({
  name: 'nodeNetwork',
  what: "the node's routes and interfaces",
  shows: ['Route', 'Interface'],
  scope: byNode,
  structured: true,
  permissions: ['list pods'],
  command(target) {
    const word = nodeWord(target);
    return word === undefined ? someNode : debugNode(word);
  },
  async collect({ read, nodeView, signal, reproduceBy }): Promise<NodeNetwork> {
    const name = (await read(node))?.metadata?.name;
    if (name === undefined) throw new EvidenceMissing('not-applicable', 'the pod is on no node');
    reproduceBy(debugNode(sh`${name}`));
    const network = nodeView === null ? undefined : await nodeView.network(name, signal);
    if (network === undefined) throw new EvidenceMissing('manual', `no agent runs on ${name}`);
    return network;
  },
});

/** The interfaces and routes of another node, to compare them with; only where agents run. */
export const peerNetwork = collector({
  name: 'peerNetwork',
  what: "another node's routes and interfaces",
  shows: ['Route', 'Interface'],
  scope: byNode,
  structured: true,
  permissions: ['list pods', 'list nodes'],
  command: () => someNode,
  async collect({ read, nodeView, signal, reproduceBy }): Promise<NodeNetwork> {
    const here = (await read(node))?.metadata?.name;
    if (here === undefined) throw new EvidenceMissing('not-applicable', 'the pod is on no node');
    if (nodeView === null) throw new EvidenceMissing('not-applicable', 'no agents run on the nodes');
    const peer = peerNode(await nodeView.nodes(signal), here, await read(nodes));
    if (peer === undefined) throw new EvidenceMissing('not-applicable', `no agent runs on a node other than ${here}`);
    reproduceBy(debugNode(sh`${peer}`));
    const network = await nodeView.network(peer, signal);
    if (network === undefined) throw new EvidenceMissing('manual', `no agent runs on ${peer}`);
    return network;
  },
});

/** For a node that only a person can choose. */
const someNode = 'kubectl get nodes -o wide';

/** `word` is a node's name as the shell takes it. */
function debugNode(word: string): string {
  return `kubectl debug node/${word} -it --image=nicolaka/netshoot -- sh -c "ip -j route show table all; ip -j addr; ip -j -d link"`;
}

const providers: Readonly<Record<string, { readonly name: string; readonly command: string }>> = {
  aws: { name: 'AWS', command: 'aws ec2 describe-security-groups; aws ec2 describe-route-tables' },
  gce: { name: 'Google Cloud', command: 'gcloud compute routes list; gcloud compute firewall-rules list' },
  azure: { name: 'Azure', command: 'az network nsg list -o table; az network route-table list -o table' },
};

/** Routes and firewalls of the cloud, which no Kubernetes API shows: always for a person, and only where there is a cloud. */
export const cloudNetwork = collector({
  name: 'cloudNetwork',
  what: "the cloud's routes and security groups",
  shows: [],
  scope: byNode,
  permissions: [],
  command: () =>
    Object.values(providers)
      .map(({ name, command }) => `${command}   # ${name}`)
      .join('\n'),
  async collect({ read, reproduceBy }): Promise<null> {
    const provider = (await read(node))?.spec?.providerID?.split(':', 1)[0] ?? '';
    const cloud = providers[provider];
    if (cloud === undefined) throw new EvidenceMissing('not-applicable', 'the node says of no cloud that it runs in it');
    reproduceBy(cloud.command);
    throw new EvidenceMissing('manual', `only ${cloud.name} itself shows them`);
  },
});
