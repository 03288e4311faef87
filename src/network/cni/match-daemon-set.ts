import type { Container, DaemonSet } from '../../cluster/wire.ts';
import type { Labels, NetworkPlugin } from './plugin.ts';
import { plugins } from './registry.ts';

/** How sure it is that a DaemonSet is a plugin's agent: the image says most, since distributions change names. */
const weights = { image: 4, name: 3, selector: 2, namespace: 1 } as const;

/** A selector alone is no proof (`app: flannel` may be anyone's); with the usual namespace it is. */
const enough = 3;

/** The plugin whose agent a DaemonSet is; undefined where it is no agent of a known one. */
export function pluginOfDaemonSet(daemonSet: DaemonSet): NetworkPlugin | undefined {
  const scored = plugins.map((plugin) => ({ plugin, score: score(plugin, daemonSet) })).filter(({ score }) => score >= enough);
  return scored.sort((a, b) => b.score - a.score)[0]?.plugin;
}

function score({ recognition }: NetworkPlugin, daemonSet: DaemonSet): number {
  const { name = '', namespace = '' } = daemonSet.metadata ?? {};
  const labels = { ...daemonSet.spec?.selector?.matchLabels, ...daemonSet.spec?.template?.metadata?.labels };
  const image = containersOf(daemonSet).some((container) => recognition.images.some((pattern) => pattern.test(container.image ?? '')));
  return (
    (image ? weights.image : 0) +
    (recognition.daemonSets.includes(name) ? weights.name : 0) +
    (recognition.selectors.some((selector) => carries(labels, selector)) ? weights.selector : 0) +
    (recognition.namespaces.includes(namespace) ? weights.namespace : 0)
  );
}

function carries(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The containers of its pods, without the init containers. */
export function containersOf(daemonSet: DaemonSet): readonly Container[] {
  return daemonSet.spec?.template?.spec?.containers ?? [];
}

/** The version in the image tag of the agent's container; null for images that are named by digest only. */
export function versionOf(plugin: NetworkPlugin, daemonSet: DaemonSet): string | null {
  const containers = containersOf(daemonSet);
  const byName = plugin.agent.containers.flatMap((name) => containers.filter((container) => container.name === name));
  const versions = [...byName, ...containers].map(({ image }) => imageVersion(image ?? ''));
  const labels = daemonSet.spec?.template?.metadata?.labels ?? {};
  return versions.find((version) => version !== null) ?? labels['app.kubernetes.io/version'] ?? null;
}

/** The tag of an image as a version: `v3.27.0` of `quay.io/calico/node:v3.27.0`; null without a tag, whatever the digest, or for `latest`. */
export function imageVersion(image: string): string | null {
  const [named = ''] = image.slice(image.lastIndexOf('/') + 1).split('@');
  const tag = /:([\w.+-]+)$/.exec(named)?.[1];
  return tag !== undefined && /^v?\d/.test(tag) ? tag : null;
}
