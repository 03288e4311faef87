import type { Scope } from './collector.ts';
import { nodeOfTarget } from './nodes.ts';
import { pod } from './pod.ts';

/** Shared by the triages whose pods are on one node, or whose target is the node. */
export const byNode = (async ({ target, read }) => {
  if (target.kind === 'node') return `node ${(await read(nodeOfTarget))?.metadata?.name ?? `no ${target.name}`}`;
  const subject = await read(pod);
  const name = subject.pod?.spec?.nodeName ?? (target.kind === 'pod' && subject.pod === undefined ? target.node : null);
  return name === null ? 'no node' : `node ${name}`;
}) satisfies Scope;

/** Shared by the triages whose pods are in one namespace. */
export const byNamespace = (async ({ target, read }) => {
  const namespace = (await read(pod)).pod?.metadata?.namespace ?? (target.kind === 'pod' ? target.namespace : undefined);
  return namespace === undefined ? 'no namespace' : `namespace ${namespace}`;
}) satisfies Scope;
