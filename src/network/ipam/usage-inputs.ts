import type { Kind } from '../../cluster/kinds.ts';
import type { CustomObject, Node } from '../../cluster/wire.ts';
import type { PluginId, PluginSettings } from '../cni/plugin.ts';
import type { PodAddress } from '../duplicates.ts';
import { nodesByName } from '../nodes-by-name.ts';

/** What the arithmetic is done on. */
export interface UsageInputs {
  /** The plugin that answers CNI ADD; null where none was recognised. */
  readonly plugin: PluginId | null;
  readonly settings: PluginSettings;
  /** Name of the node in question. */
  readonly node: string;
  readonly nodes: readonly Node[];
  readonly pods: readonly PodAddress[];
  /** The plugins' own records; a kind that was not read is absent. */
  readonly objects: Readonly<Partial<Record<Kind, readonly CustomObject[]>>>;
}

/** The node in question; undefined where it was not read. */
export function nodeOf({ nodes, node }: UsageInputs): Node | undefined {
  return nodesByName(nodes).get(node);
}

/** The name of an object; empty where it has none. */
export function nameOf(object: CustomObject): string {
  return object.metadata?.name ?? '';
}
