import type { CauseId } from '../../core/causes.ts';
import { sh } from '../../core/shell.ts';
import type { NextAction } from '../../core/verdict.ts';
import type { PluginId } from '../../network/cni/plugin.ts';
import { change, look, onNode, podsOf } from './actions.ts';
import { allocationLooks, releaseActions } from './allocation-actions.ts';
import type { Situation } from './situation.ts';
import type { Told } from './words/cause-title.ts';

type Agent = Situation['agents'][number];

/** What the actions are for. */
interface Trouble extends Pick<Told, 'cause' | 'detail'> {
  /** The plugin whose words told it; the main plugin where absent or null. */
  readonly speaker?: PluginId | null;
}

interface Place {
  readonly node: string;
  readonly detail: string | null;
  readonly plugin: PluginId | undefined;
}

type Looks = Partial<Record<CauseId, (at: Place) => readonly NextAction[]>>;

/** What to look at on the node in question, beyond the plugin's log. */
const onTheNode: Looks = {
  'ip-pool-exhausted': ({ node }) => [podsOf(node)],
  'ipam-state-corrupt': ({ node, detail, plugin }) =>
    detail === 'bridge-address-mismatch'
      ? [look("See the bridge's address", onNode(node, 'ip addr show cni0'))]
      : allocationLooks(plugin, node),
  'cni-not-initialized': ({ node }) => [
    look('See which configurations and binaries the node has', onNode(node, 'ls -l /host/etc/cni/net.d /host/opt/cni/bin')),
  ],
  'multiple-cni-plugins': ({ node }) => [look('See which configuration files the node has', onNode(node, 'ls -l /host/etc/cni/net.d'))],
  'cni-datastore-unreachable': ({ node }) => [
    look('See whether the API server is ready', "kubectl get --raw '/readyz?verbose'"),
    look(
      'See kube-proxy on the node',
      sh`kubectl get pods -n kube-system -l k8s-app=kube-proxy -o wide --field-selector ${`spec.nodeName=${node}`}`,
    ),
  ],
  'route-misconfigured': ({ node }) => [look("See the node's routes", onNode(node, 'ip route; ip -d link'))],
  'overlay-tunnel-down': ({ node, detail }) =>
    detail === 'bgp' ? [] : [look("See the node's tunnel devices; no other may have the same port", onNode(node, 'ip -d link'))],
  'mtu-mismatch': ({ node }) => [look("See the node's MTUs", onNode(node, 'ip -d link'))],
};

/** What to look at in the cluster. */
const inTheCluster: Partial<Record<CauseId, readonly NextAction[]>> = {
  'node-pod-cidr-missing': [
    look('See which nodes have a pod CIDR', "kubectl get nodes -o custom-columns='NAME:.metadata.name,POD-CIDRS:.spec.podCIDRs'"),
  ],
  'network-policy-blocking': [look('See the policies', 'kubectl get networkpolicies -A')],
};

/** Causes that end when the agent writes its configuration and token anew. */
const healedByRestart = new Set<CauseId>(['cni-auth-failure', 'cni-plugin-unhealthy', 'cni-not-initialized']);

/** What to look at first, and what heals it, with names filled in; what disturbs anything comes last and says so. */
export function actionsFor(trouble: Trouble, situation: Situation): readonly NextAction[] {
  const { cause, detail, speaker } = trouble;
  const agent = situation.agents.find(({ plugin }) => plugin === situation.main?.id) ?? situation.agents[0];
  const at = situation.here === undefined ? undefined : { node: situation.here, detail, plugin: speaker ?? situation.main?.id };
  const here = at === undefined ? [] : (onTheNode[cause]?.(at) ?? []);
  const looks = [...here, ...(inTheCluster[cause] ?? [])];
  return [...(looks.length > 0 ? looks : [readLog(agent)]), ...disruptive(cause, at, agent)];
}

function readLog(agent: Agent | undefined): NextAction {
  if (agent === undefined) return look('See where the network plugin runs', 'kubectl get daemonsets -A -o wide');
  return look("Read the plugin's log on this node", sh`kubectl logs -n ${agent.namespace} ${agent.name} --all-containers --tail=100`);
}

function disruptive(cause: CauseId, at: Place | undefined, agent: Agent | undefined): readonly NextAction[] {
  if (cause === 'ipam-state-corrupt' && at?.detail === 'leaked-allocations') return releaseActions(at.plugin, at.node);
  if (!healedByRestart.has(cause) || agent === undefined) return [];
  return [change("Restart the plugin's pod on this node", sh`kubectl delete pod -n ${agent.namespace} ${agent.name}`)];
}
