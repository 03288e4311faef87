import type { NetworkPlugin, PluginId } from './plugin.ts';
import { antrea } from './plugins/antrea.ts';
import { awsVpc } from './plugins/aws-vpc.ts';
import { azure } from './plugins/azure.ts';
import { calico } from './plugins/calico.ts';
import { canal } from './plugins/canal.ts';
import { cilium } from './plugins/cilium.ts';
import { flannel } from './plugins/flannel.ts';
import { gke } from './plugins/gke.ts';
import { k3sFlannel } from './plugins/k3s-flannel.ts';
import { kindnet } from './plugins/kindnet.ts';
import { kubeRouter } from './plugins/kube-router.ts';
import { multus } from './plugins/multus.ts';
import { openshiftSdn } from './plugins/openshift-sdn.ts';
import { ovnKubernetes } from './plugins/ovn-kubernetes.ts';
import { reference } from './plugins/reference.ts';
import { weave } from './plugins/weave.ts';
import { whereabouts } from './plugins/whereabouts.ts';

/** Every network plugin that is known. A test holds the list equal to the folder. */
export const plugins: readonly NetworkPlugin[] = [
  canal,
  calico,
  flannel,
  k3sFlannel,
  cilium,
  awsVpc,
  azure,
  gke,
  weave,
  antrea,
  kubeRouter,
  ovnKubernetes,
  openshiftSdn,
  multus,
  whereabouts,
  kindnet,
  reference,
];

const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
const byType = new Map(plugins.flatMap((plugin) => plugin.recognition.types.map((type) => [type, plugin] as const)));
const byReason = new Map(plugins.flatMap((plugin) => plugin.recognition.conditionReasons.map((reason) => [reason, plugin] as const)));

/** The plugin with this id. Throws for one that is not in the list. */
export function pluginById(id: PluginId): NetworkPlugin {
  const plugin = byId.get(id);
  if (plugin === undefined) throw new Error(`no network plugin is registered as "${id}"`);
  return plugin;
}

/** Whose binary a `type=` token of a sandbox error names; undefined for plugins that are not known. */
export function pluginOfType(type: string): NetworkPlugin | undefined {
  return byType.get(type);
}

/** Who writes this reason of the node condition NetworkUnavailable. */
export function pluginOfConditionReason(reason: string): NetworkPlugin | undefined {
  return byReason.get(reason);
}
