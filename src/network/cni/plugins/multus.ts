import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['kube-multus', 'kube-multus-additional-cni-plugins'] };
const multusGo = readIn('k8snetworkplumbingwg/multus-cni:pkg/multus/multus.go');
const client = readIn('k8snetworkplumbingwg/multus-cni:pkg/k8sclient/k8sclient.go');
const socket = readIn('k8snetworkplumbingwg/multus-cni:pkg/server/api/socket.go');
const entrypoint = readIn('k8snetworkplumbingwg/multus-cni:cmd/thin_entrypoint/main.go');

const signatures: readonly Signature[] = [
  multusGo.strong('cni-plugin-unhealthy/not-ready', /still waiting for readinessindicatorfile/, {
    unless: { 'agent-absent': 'cni-not-initialized' },
  }),
  multusGo.strong('cni-plugin-unhealthy/not-ready', /PollImmediate error waiting for ReadinessIndicatorFile/),
  socket.strong('cni-plugin-unhealthy/agent-not-answering', /dial unix \S*multus\.sock: (connect|getsockopt):/, {
    unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'other-plugin-installed': 'multiple-cni-plugins' },
  }),
  entrypoint.strong('cni-not-initialized/no-config', /cannot find (valid )?master CNI config in/, log),
  entrypoint.strong('cni-version-incompatible', /Multus cni version is \S+ while master plugin cni version is/),
  client.strong('cni-plugin-unhealthy', /getNetDelegate: cannot find network:/),
  client.strong('cni-plugin-unhealthy', /cannot find (a )?network-attachment-definition/),
  client.strong('cni-plugin-unhealthy', /namespace isolation (enabled|violation)/),
  multusGo.strong('cni-auth-failure', /Multus: .*error getting k8s client:/),
];

export const multus: NetworkPlugin = {
  id: 'multus',
  title: 'Multus',
  role: 'meta',
  recognition: {
    daemonSets: ['multus', 'kube-multus-ds', 'kube-multus-ds-amd64', 'kube-multus', 'rke2-multus', 'rke2-multus-ds'],
    selectors: [{ app: 'multus' }, { app: 'rke2-multus' }],
    images: [/multus(-cni)?(-thick|-rhel\d)?(:|@|$)/],
    namespaces: ['kube-system', 'openshift-multus'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: ['multus', 'multus-shim', 'multus-cni'],
    conflists: ['00-multus.conf', '00-multus.conflist'],
  },
  agent: { containers: ['kube-multus'], initContainers: ['install-multus-binary', 'cni-plugins'], hostLog: null },
  controllers: [],
  configMaps: [
    { name: 'multus-daemon-config', namespace: null },
    { name: 'multus-cni-config', namespace: null },
  ],
  kinds: ['NetworkAttachmentDefinition'],
  enforcesPolicy: false,
  needsPodCidr: false,
  pool: 'the pools of the plugins that it calls',
  speaks: ['reference', 'whereabouts'],
  signatures,
  falseFriends: [harmless(/expected pod \S+ UID \S+ but got \S+ from Kube API/, 'a pod that was created anew under its old name')],
  sources: ['k8snetworkplumbingwg/multus-cni:deployments/multus-daemonset-thick.yml'],
};
