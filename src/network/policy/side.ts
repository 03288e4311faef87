import { calicoStage } from './calico-tiers.ts';
import type { Endpoint, NodeEndpoint, PodEndpoint } from './endpoint.ts';
import type { PolicyIndex, PolicyKind, Selections } from './policy-index.ts';
import { namesOf, type Policy } from './policy.ts';
import { additiveStage, compose, goOn, orderedStage, type Passage, type Possibility, type Selection } from './stages.ts';

export type ReachVerdict = 'allowed' | 'blocked' | 'unknown';

/** What the policies of one side say of a connection. */
export interface SideVerdict {
  readonly verdict: ReachVerdict;
  /** The policies that decide it, or leave it open. */
  readonly policies: readonly string[];
  readonly why: string;
}

/** Why no policy can speak for this end; undefined where policies may. */
export function exemption(index: PolicyIndex, self: Endpoint): SideVerdict | undefined {
  if (self.kind === 'outside') return free(`${self.name} is outside the cluster, where no policy applies`);
  if (self.kind === 'node') return hostSide(index, self);
  return self.pod.finished ? free(`${self.name} has finished, and policies no longer select it`) : undefined;
}

function free(why: string): SideVerdict {
  return { verdict: 'allowed', policies: [], why };
}

function hostSide(index: PolicyIndex, self: NodeEndpoint): SideVerdict {
  const selecting = index.hostPolicies.filter(({ selects }) => selects(self.labels) !== false);
  const policies = namesOf(selecting.map(({ ref }) => ref));
  if (policies.length > 0)
    return {
      verdict: 'unknown',
      policies,
      why: `${policies.join(', ')} may police node ${self.node ?? self.name}; host policies are not evaluated`,
    };
  const what = self.hostNetworkPod === null ? 'is a node' : 'uses the network of its node (hostNetwork)';
  return free(`${self.name} ${what}, and policies apply to pods with a network of their own`);
}

/** What the policies that select the pod say of this passage. */
export function policedSide(index: PolicyIndex, self: PodEndpoint, passage: Passage): SideVerdict {
  const selections = index.selections(self);
  const found = compose([
    () => unreadStage(index, passage),
    () => ownNodeStage(self, passage),
    () => adminStage(selections, passage),
    () =>
      orderedStage(
        selections.antrea.filter(({ policy }) => policy.tier !== 'baseline'),
        passage,
      ),
    () => networkPolicyStage(index, selections, passage),
    () => orderedStage(tier(selections, 'Baseline'), passage),
    () =>
      orderedStage(
        selections.antrea.filter(({ policy }) => policy.tier === 'baseline'),
        passage,
      ),
  ]);
  return withAssumption(
    index,
    verdictOf(found, () => undecided(selections, passage)),
  );
}

const kindsOfPolicy: readonly PolicyKind[] = [
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'CalicoNetworkPolicy',
  'CalicoGlobalNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'AntreaNetworkPolicy',
  'AntreaClusterNetworkPolicy',
];

/** The kinds of policy that could not be read, or not of that namespace, each with the reason. */
export function unreadPolicies(index: PolicyIndex, namespace: string): string[] {
  return kindsOfPolicy.flatMap((kind) => {
    const gap = index.unread.get(kind);
    return gap === undefined || gap.except.includes(namespace) ? [] : [`${kind} could not be read: ${gap.why}`];
  });
}

/** Policies that could not be read might allow or deny anything. */
function unreadStage(index: PolicyIndex, { traffic }: Passage): Possibility[] {
  const unread = unreadPolicies(index, traffic.self.pod.namespace);
  if (unread.length === 0) return [goOn];
  const doubt = unread.join('; ');
  const why = `a policy that was not read may decide for ${traffic.self.name}`;
  return [{ ending: 'allow', policies: [], why, doubt }, { ending: 'deny', policies: [], why, doubt }, goOn];
}

/** An address that may be the pod's own node, since neither nodes nor the pod tell. A pod that names no node has none. */
function ownNodeStage(self: PodEndpoint, { direction, peer }: Passage): Possibility[] {
  if (direction !== 'ingress' || peer.kind !== 'outside' || !peer.maybeNode || self.pod.node === null) return [goOn];
  const isTold = self.pod.nodeAddresses.some(({ family }) => family === peer.address?.family);
  if (isTold) return [goOn];
  return [{ ending: 'allow', policies: [], why: `${peer.name} may be the node of ${self.name}`, doubt: 'nodes were not read' }, goOn];
}

function tier(selections: Selections, name: string): Selections['admin'] {
  return selections.admin.filter(({ policy }) => policy.tier === name);
}

function speaks(selections: readonly Selection[], { direction }: Passage): readonly Policy[] {
  return selections.map(({ policy }) => policy).filter((policy) => policy[direction] !== undefined);
}

/** The admin tier comes first; beside policies of a plugin's own that is the plugin's choice, and so a doubt. */
function adminStage(selections: Selections, passage: Passage): Possibility[] {
  const found = orderedStage(tier(selections, 'Admin'), passage);
  const own = [...selections.calico, ...selections.cilium, ...selections.antrea];
  const rivals = namesOf(speaks(own, passage).map(({ ref }) => ref));
  if (rivals.length === 0) return found;
  const doubt = `its order beside ${rivals.join(', ')} is the plugin's choice`;
  return [...found.filter(({ ending }) => ending !== 'continue').map((each) => ({ ...each, doubt: each.doubt ?? doubt })), goOn];
}

/** NetworkPolicies, with the policies of Calico or Cilium that share their tier. */
function networkPolicyStage(index: PolicyIndex, { core, calico, cilium }: Selections, passage: Passage): Possibility[] {
  const [withCalico, withCilium] = [speaks(calico, passage).length > 0, speaks(cilium, passage).length > 0];
  const additive = (): Possibility[] => additiveStage([...core, ...cilium], passage);
  if (!withCalico) return additive();
  const tiered = calicoStage([...core, ...calico], index.tiers, passage);
  if (!withCilium) return tiered;
  const doubt = 'policies of Calico and of Cilium both select it';
  return [...tiered, ...additive()].map((each) => ({ ...each, doubt: each.doubt ?? doubt }));
}

function verdictOf(found: readonly Possibility[], undecided: () => string): SideVerdict {
  const said = found.map((each) =>
    each.ending === 'continue' || each.ending === 'pass' ? { ...each, ending: 'allow', why: undecided() } : each,
  );
  const last = said.at(-1);
  const refs = said.flatMap(({ policies }) => policies);
  if (last !== undefined && said.every(({ ending }) => ending === last.ending)) {
    const policies = namesOf(last.policies.length > 0 ? last.policies : refs);
    return { verdict: last.ending === 'allow' ? 'allowed' : 'blocked', policies, why: last.why };
  }
  const words = said.map(({ why, doubt }) => (doubt === null ? `otherwise ${why}` : `perhaps ${why} (${doubt})`));
  return { verdict: 'unknown', policies: namesOf(refs), why: [...new Set(words)].join('; ') };
}

function undecided(selections: Selections, passage: Passage): string {
  const all = [...selections.admin, ...selections.antrea, ...selections.calico, ...selections.core, ...selections.cilium];
  const names = namesOf(speaks(all, passage).map(({ ref }) => ref));
  const self = passage.traffic.self.name;
  if (names.length > 0)
    return `${names.join(', ')} ${names.length === 1 ? 'selects' : 'select'} ${self} for ${passage.direction} but no rule decides, and nothing isolates it`;
  return `no policy selects ${self} for ${passage.direction}`;
}

/** A snapshot is silent on kinds of which it holds no object; that it has none is an assumption, which must be said. */
function withAssumption({ assumed }: PolicyIndex, side: SideVerdict): SideVerdict {
  if (assumed.length === 0) return side;
  const others = assumed.filter((kind) => kind !== 'NetworkPolicy');
  const lacking = others.length <= 2 ? others.join(' and ') : `policy of ${others.length} other kinds`;
  const what = assumed.length === others.length ? lacking : ['NetworkPolicy', ...(others.length > 0 ? [lacking] : [])].join(' and no ');
  const all = assumed.length === kindsOfPolicy.length ? 'policy of any kind' : what;
  return { ...side, why: `${side.why} (the snapshot holds no ${all}: assumed that none exists)` };
}
