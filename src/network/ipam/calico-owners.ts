import type { CustomObject } from '../../cluster/wire.ts';
import { list, record, text } from './untyped.ts';

/** Whose an address of a block is. */
export interface BlockOwner {
  /** `namespace/name` of the pod; null where it is no pod's. */
  readonly owner: string | null;
  /** The node on which the record says that the pod runs; undefined where it names none. */
  readonly node: string | undefined;
}

/** The node that a block is affine to; null where any node may take from it, or it serves load balancers. */
export function affineTo(affinity: unknown): string | null {
  return /^host:(.+)$/.exec(text(affinity) ?? '')?.[1] ?? null;
}

/**
 * What is counted of an IPAMBlock, in as little memory as it takes: of 150,000 pods with two addresses each, the handles, times and names as Calico
 * writes them are 110 MB, and this is 20. `attributes` are texts here: `namespace/name@node`, without the node where it is the block's, without
 * both where the record names no node, and empty where the address is no pod's.
 */
export function compactBlock({ apiVersion, kind, metadata, spec }: CustomObject): CustomObject {
  const { cidr, affinity, deleted, allocations, attributes } = record(spec);
  const node = affineTo(affinity);
  const owners = list(attributes).map((attribute) => (typeof attribute === 'string' ? attribute : textOf(writtenOwner(attribute), node)));
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    metadata: { name: metadata?.name ?? '' },
    spec: { cidr, affinity, ...(deleted !== undefined && { deleted }), allocations, attributes: owners },
  };
}

/** The owner that an attribute of a block names, as Calico writes it or as `compactBlock` does. */
export function ownerOf(attribute: unknown, affine: string | null): BlockOwner {
  if (typeof attribute !== 'string') return writtenOwner(attribute);
  const at = attribute.indexOf('@');
  if (at < 0) return { owner: text(attribute) ?? null, node: undefined };
  return { owner: attribute.slice(0, at), node: text(attribute.slice(at + 1)) ?? affine ?? undefined };
}

function writtenOwner(attribute: unknown): BlockOwner {
  const secondary = record(record(attribute)['secondary']);
  const [pod, namespace] = [text(secondary['pod']), text(secondary['namespace'])];
  return { owner: pod === undefined || namespace === undefined ? null : `${namespace}/${pod}`, node: text(secondary['node']) };
}

/** Joined, because a text that is put together with `+` keeps all its parts. */
function textOf({ owner, node }: BlockOwner, affine: string | null): string {
  if (owner === null) return '';
  return [owner, node === undefined ? '' : '@', node === undefined || node === affine ? '' : node].join('');
}
