import type { CauseId } from '../../../core/causes.ts';
import { place } from '../situation.ts';
import type { Situation } from '../situation.ts';

/** What a plugin's own words have shown. */
export interface Told {
  readonly cause: CauseId;
  readonly detail: string | null;
  /** Title of the plugin that said it, or of the one that runs here. */
  readonly plugin: string;
  /** The words that decided. */
  readonly words: string;
  /** The figures of the pool in question, e.g. "7 of 253 addresses of 10.244.3.0/24 are held by live pods"; null where nothing was counted. */
  readonly figures: string | null;
}

type Title = (told: Told, situation: Situation) => string;

const refused: Readonly<Record<string, string>> = {
  unauthorized: 'its credentials are no longer accepted',
  forbidden: 'RBAC does not allow what it needs',
  certificate: 'a certificate is not accepted',
  'cloud-permissions': 'the cloud refuses its permissions',
};

const unreachable: Readonly<Record<string, string>> = {
  'api-server-timeout': 'the API server does not answer it',
  'api-server-refused': 'the API server refuses its connections',
  dns: "it cannot resolve the datastore's name",
  etcd: 'etcd does not answer it',
  'agent-socket': 'its own daemon does not answer',
};

const titles: Partial<Record<CauseId, Title>> = {
  'ip-pool-exhausted': (told, at) => withFigures(exhausted(told, at), told),
  'ipam-state-corrupt': (told, at) => withFigures(corrupt(told, at), told),
  'duplicate-pod-ip': ({ plugin }, at) => `${plugin} meets an address that is already in use ${place(at)}`,
  'static-ip-conflict': ({ plugin }) => `The fixed address that the pod asks for can't be given by ${plugin}`,
  'pod-cidr-overlap': ({ plugin }) => `${plugin} refuses its address ranges: they overlap or don't contain each other`,
  'node-pod-cidr-missing': (_, at) => (at.here === undefined ? 'A node has no pod CIDR' : `Node ${at.here} has no pod CIDR`),
  'cni-not-initialized': ({ detail }, at) =>
    detail === 'no-binary'
      ? `The network plugin's binary is missing ${place(at)}`
      : detail === 'no-pod-on-node'
        ? `No network plugin pod runs ${place(at)}`
        : `The network plugin is not initialised ${place(at)}`,
  'cni-plugin-unhealthy': ({ plugin, detail }, at) =>
    detail === 'agent-not-answering' ? `The ${plugin} agent does not answer ${place(at)}` : `${plugin} is not working ${place(at)}`,
  'cni-datastore-unreachable': ({ plugin, detail }) =>
    `${plugin} can't reach its datastore: ${unreachable[detail ?? ''] ?? 'it does not answer'}`,
  'cni-auth-failure': ({ plugin, detail }) => `${plugin} is refused: ${refused[detail ?? ''] ?? 'it lacks the rights that it needs'}`,
  'cni-version-incompatible': ({ plugin }, at) => `Versions of ${plugin} don't fit together ${place(at)}`,
  'multiple-cni-plugins': ({ plugin, detail }, at) =>
    detail === 'left-over-config'
      ? `A configuration of ${plugin} was left behind ${place(at)}, where ${at.main?.title ?? 'another plugin'} is the network plugin`
      : `A second network plugin's configuration is active ${place(at)}`,
  'overlay-tunnel-down': ({ plugin, detail }, at) =>
    `${plugin}'s ${detail === 'bgp' ? 'BGP sessions are' : `${detail === null ? 'overlay' : `${tunnelName(detail)} tunnel`} is`} down ${place(at)}`,
  'route-misconfigured': ({ plugin }, at) => `Routes or interfaces of ${plugin} are wrong ${place(at)}`,
  'mtu-mismatch': ({ plugin }, at) => `The MTU of ${plugin} is wrong ${place(at)}`,
  'network-policy-blocking': () => 'A network policy drops traffic of the pod',
  'node-network-unavailable': (_, at) => `The network of node ${at.here ?? ''} is marked unavailable`,
  'cloud-network-misconfigured': ({ plugin }) => `The cloud's network refuses what ${plugin} needs`,
};

function exhausted({ plugin, detail }: Told, at: Situation): string {
  if (detail === 'subnet-full') return `The cloud subnet of ${plugin} has no free address`;
  return detail === 'pool-full' ? `The address pool of ${plugin} is full` : `${plugin} has no free pod address ${place(at)}`;
}

function corrupt({ plugin, detail }: Told, at: Situation): string {
  if (detail === 'bridge-address-mismatch') return `The bridge ${place(at)} keeps the address of a former pod CIDR`;
  if (detail === 'leaked-allocations') return `${plugin}'s address range ${place(at)} is full of leaked allocations`;
  return `${plugin}'s address records disagree with reality ${place(at)}`;
}

function withFigures(title: string, { figures }: Told): string {
  return figures === null ? title : `${title}: ${figures}`;
}

function tunnelName(detail: string): string {
  return detail === 'wireguard' ? 'WireGuard' : detail === 'geneve' ? 'Geneve' : detail.toUpperCase();
}

/** The one line that names the cause; every cause that words can show has one. */
export function titleOf(told: Told, situation: Situation): string {
  return titles[told.cause]?.(told, situation) ?? `${told.plugin}: ${told.cause}`;
}
