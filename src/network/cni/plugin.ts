import type { Kind } from '../../cluster/kinds.ts';
import type { FalseFriend, Signature } from './signature.ts';

/**
 * `main` answers CNI ADD and hands out addresses; `policy` only filters; `meta` calls other plugins; `ipam` only hands
 * out addresses for others.
 */
export type PluginRole = 'main' | 'policy' | 'meta' | 'ipam';

export type PluginId =
  | 'calico'
  | 'canal'
  | 'flannel'
  | 'k3s-flannel'
  | 'cilium'
  | 'aws-vpc'
  | 'azure'
  | 'gke'
  | 'weave'
  | 'antrea'
  | 'kube-router'
  | 'ovn-kubernetes'
  | 'openshift-sdn'
  | 'multus'
  | 'whereabouts'
  | 'kindnet'
  | 'reference';

export type Labels = Readonly<Record<string, string>>;

/** How a plugin is known again, whatever a distribution has renamed. */
export interface Recognition {
  /** Names of its DaemonSet, matched whole. */
  readonly daemonSets: readonly string[];
  /** Labels of its pods. */
  readonly selectors: readonly Labels[];
  /** Matched against the image names of the DaemonSet's containers. */
  readonly images: readonly RegExp[];
  /** Where it is usually installed; a hint for reading, never a condition. */
  readonly namespaces: readonly string[];
  /** Keys that its agent writes on the nodes. */
  readonly nodeAnnotations: readonly string[];
  /** Reasons of the node condition NetworkUnavailable that it writes. */
  readonly conditionReasons: readonly string[];
  /** `type=` tokens of its binaries in sandbox errors. */
  readonly types: readonly string[];
  /** Its files in /etc/cni/net.d. */
  readonly conflists: readonly string[];
}

/** The pods that run on every node, and whose logs tell most. */
export interface AgentPods {
  /** Container names under any distribution, most telling first. */
  readonly containers: readonly string[];
  readonly initContainers: readonly string[];
  /** Where the plugin writes its log when that is not the container's output; null where it is. */
  readonly hostLog: string | null;
}

/** A part of the plugin that runs once for the cluster. */
export interface Controller {
  /** Name of the Deployment (a few are DaemonSets on control-plane nodes). */
  readonly name: string;
  readonly selector: Labels;
  readonly containers: readonly string[];
  /** What stops when it is down, as the end of a sentence. */
  readonly without: string;
}

export interface ConfigMapName {
  readonly name: string;
  /** Null: in the namespace of the DaemonSet. */
  readonly namespace: string | null;
}

/**
 * The plugin's own settings, as far as they were read: values of its ConfigMaps, of its DaemonSet's environment, its
 * flags under `--flag`, its `version`, and its companions.
 */
export type PluginSettings = Readonly<Record<string, string>>;

/** Whether a plugin does something: always, never, or as its settings say (null where they don't tell). */
export type Answer = boolean | ((settings: PluginSettings) => boolean | null);

/** All that is known of one network plugin. Pure data: a new plugin is one more of these. */
export interface NetworkPlugin {
  readonly id: PluginId;
  readonly title: string;
  readonly role: PluginRole;
  readonly recognition: Recognition;
  readonly agent: AgentPods;
  readonly controllers: readonly Controller[];
  readonly configMaps: readonly ConfigMapName[];
  /** DaemonSets that do a part of it and may be missing; its settings say `true` or `false` under their names. */
  readonly companions?: readonly string[];
  readonly kinds: readonly Kind[];
  readonly enforcesPolicy: Answer;
  /** Whether a node without spec.podCIDR gets no pod addresses. */
  readonly needsPodCidr: Answer;
  /** What the plugin calls that which addresses are taken from. */
  readonly pool: string;
  /** Plugins whose words its pods also speak, since they run or call that code. */
  readonly speaks: readonly PluginId[];
  readonly signatures: readonly Signature[];
  readonly falseFriends: readonly FalseFriend[];
  readonly sources: readonly string[];
}

/** The answer under these settings; null where they don't tell. */
export function answer(question: Answer, settings: PluginSettings): boolean | null {
  return typeof question === 'boolean' ? question : question(settings);
}
