import type { ClusterReader } from '../cluster/reader.ts';
import { ReadError } from '../cluster/reader.ts';
import type { Pod } from '../cluster/wire.ts';
import { isReady } from '../facts/pods.ts';

/** Where the agent of a node answers. */
export interface AgentAddress {
  /** `namespace/name` of its pod. */
  readonly pod: string;
  readonly node: string;
  readonly address: string;
  readonly port: number;
}

/** Finds the agents by the labels that their DaemonSet gives them. */
export interface AgentPods {
  /** The agents that can be asked, by the name of their node. */
  all(signal: AbortSignal): Promise<ReadonlyMap<string, AgentAddress>>;
  /** Undefined where none runs on the node; throws ReadError where one runs that is not Ready. */
  on(node: string, signal: AbortSignal): Promise<AgentAddress | undefined>;
}

const selector = 'app.kubernetes.io/name=podnet-triage,app.kubernetes.io/component=agent';
const listedForMs = 5000;

interface Listed {
  readonly ready: ReadonlyMap<string, AgentAddress>;
  /** Names of agents that are not Ready, by node. */
  readonly waiting: ReadonlyMap<string, string>;
}

/**
 * The agents of these namespaces, which must be ours alone: whoever may make pods there gets to see the token. Only pods on the
 * host's network are taken, since nothing else shows the node's. The list is read at most every five seconds.
 */
export function agentPods(
  { cluster, namespaces }: { cluster: ClusterReader; namespaces: readonly string[] },
  now: () => number = () => performance.now(),
): AgentPods {
  let last: { readonly at: number; readonly listed: Promise<Listed> } | undefined;
  const listed = async (signal: AbortSignal): Promise<Listed> => {
    if (last !== undefined && now() - last.at < listedForMs) return last.listed;
    const read = Promise.all(namespaces.map(async (namespace) => cluster.list('Pod', { namespace, labelSelector: selector, signal }))).then(
      (lists) => sorted(lists.flatMap(({ items }) => items)),
    );
    last = { at: now(), listed: read };
    read.catch(() => {
      if (last?.listed === read) last = undefined;
    });
    return read;
  };
  return {
    all: async (signal) => (await listed(signal)).ready,
    async on(node, signal) {
      const { ready, waiting } = await listed(signal);
      const agent = ready.get(node);
      const name = waiting.get(node);
      if (agent === undefined && name !== undefined) throw new ReadError('unreachable', `the agent ${name} on ${node} is not Ready`);
      return agent;
    },
  };
}

function sorted(pods: readonly Pod[]): Listed {
  const live = pods.filter(({ metadata, spec }) => metadata?.deletionTimestamp === undefined && spec?.hostNetwork === true);
  const agents = live.filter(isReady).flatMap((pod) => agentAddress(pod) ?? []);
  const waiting = live
    .filter((pod) => !isReady(pod))
    .flatMap((pod) => (pod.spec?.nodeName ? [[pod.spec.nodeName, nameOf(pod)] as const] : []));
  return { ready: new Map(agents.toSorted((a, b) => (a.node < b.node ? -1 : 1)).map((one) => [one.node, one])), waiting: new Map(waiting) };
}

function agentAddress(pod: Pod): AgentAddress | undefined {
  const { spec, status } = pod;
  const port = spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  if (spec?.nodeName === undefined || status?.podIP === undefined || port === undefined) return undefined;
  return { pod: nameOf(pod), node: spec.nodeName, address: status.podIP, port };
}

function nameOf({ metadata }: Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
