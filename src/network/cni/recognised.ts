import type { DaemonSet, Deployment } from '../../cluster/wire.ts';
import type { NetworkPlugin, PluginRole, PluginSettings } from './plugin.ts';

/** A plugin as it is installed in this cluster. */
export interface Recognised {
  readonly plugin: NetworkPlugin;
  /** Its part in this cluster, which settings and companions decide. */
  readonly role: PluginRole;
  /** Its agents; empty for k3s' embedded Flannel. */
  readonly daemonSets: readonly DaemonSet[];
  readonly controllers: readonly Deployment[];
  /** From its ConfigMaps and its agent's environment. */
  readonly settings: PluginSettings;
  /** From the image tag of the DaemonSet; single pods may differ while it is rolled out. */
  readonly version: string | null;
  /** False where its DaemonSet wants no pod on any node: it was left over. */
  readonly active: boolean;
}

/** Two plugins that both answer CNI ADD on the same nodes. */
export interface Conflict {
  readonly a: Recognised;
  readonly b: Recognised;
  /** With names and figures, as a sentence. */
  readonly why: string;
}

export interface InstalledPlugins {
  /** The main plugin first, then policy, meta and IPAM ones; left-overs last. */
  readonly plugins: readonly Recognised[];
  /** Who answers CNI ADD; null where none was found. */
  readonly main: Recognised | null;
  /** Two main plugins that are placed on the same nodes. */
  readonly conflict: Conflict | null;
  /** Flannel runs inside the k3s process. */
  readonly k3sEmbedded: boolean;
}
