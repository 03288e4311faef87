import type { PluginId } from '../../../src/network/cni/plugin.ts';
import { antrea } from './antrea.ts';
import { awsVpc } from './aws-vpc.ts';
import { azure } from './azure.ts';
import { calico } from './calico.ts';
import { canal } from './canal.ts';
import { cilium } from './cilium.ts';
import { flannel } from './flannel.ts';
import { gke } from './gke.ts';
import { k3sFlannel } from './k3s-flannel.ts';
import { kindnet } from './kindnet.ts';
import { kubeRouter } from './kube-router.ts';
import { multus } from './multus.ts';
import { openshiftSdn } from './openshift-sdn.ts';
import { ovnKubernetes } from './ovn-kubernetes.ts';
import { reference } from './reference.ts';
import type { PluginSamples } from './sample.ts';
import { weave } from './weave.ts';
import { whereabouts } from './whereabouts.ts';

/** What the contract suite tries each plugin with. A plugin without samples does not compile. */
export const samples: Readonly<Record<PluginId, PluginSamples>> = {
  antrea,
  'aws-vpc': awsVpc,
  azure,
  calico,
  canal,
  cilium,
  flannel,
  gke,
  'k3s-flannel': k3sFlannel,
  kindnet,
  'kube-router': kubeRouter,
  multus,
  'openshift-sdn': openshiftSdn,
  'ovn-kubernetes': ovnKubernetes,
  reference,
  weave,
  whereabouts,
};
