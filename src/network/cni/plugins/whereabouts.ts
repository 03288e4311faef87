import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['whereabouts'] };
const allocate = readIn('k8snetworkplumbingwg/whereabouts:pkg/allocate/allocate.go');
const storage = readIn('k8snetworkplumbingwg/whereabouts:pkg/storage/kubernetes/ipam.go');
const reconciler = readIn('k8snetworkplumbingwg/whereabouts:pkg/reconciler/iploop.go');

const signatures: readonly Signature[] = [
  allocate.strong('ip-pool-exhausted/pool-full', /Could not allocate IP in range/, {
    unless: { 'range-has-room': 'ipam-state-corrupt/leaked-allocations' },
  }),
  storage.strong('ip-pool-exhausted/no-block-available', /no allocated node slice for node/),
  reconciler.weak('ipam-state-corrupt/leaked-allocations', /pod ref missing for Allocations:/, log),
  reconciler.weak('ipam-state-corrupt', /could not reconcile cluster wide IPs/, log),
  storage.weak('cni-datastore-unreachable', /k8s (get|create|update|delete) (OverlappingRangeIPReservation|IPPool|pool) error:/),
  storage.weak('cni-datastore-unreachable', /time limit exceeded while waiting to become leader/, {
    needs: { olderThanMs: 300_000, repeated: true },
  }),
  readIn('k8snetworkplumbingwg/whereabouts:cmd/whereabouts.go').weak('cni-plugin-unhealthy', /error at storage engine:/),
];

export const whereabouts: NetworkPlugin = {
  id: 'whereabouts',
  title: 'whereabouts',
  role: 'ipam',
  recognition: {
    daemonSets: ['whereabouts', 'whereabouts-reconciler', 'rke2-whereabouts', 'rke2-multus-rke2-whereabouts'],
    selectors: [{ app: 'whereabouts' }, { app: 'whereabouts-reconciler' }, { name: 'whereabouts' }],
    images: [/whereabouts(-cni)?(:|@|$)/],
    namespaces: ['kube-system', 'openshift-multus'],
    nodeAnnotations: [],
    conditionReasons: [],
    types: ['whereabouts'],
    conflists: [],
  },
  agent: { containers: ['whereabouts', 'whereabouts-reconciler'], initContainers: [], hostLog: null },
  controllers: [
    {
      name: 'whereabouts-controller',
      selector: { app: 'whereabouts-controller' },
      containers: ['whereabouts-controller'],
      without: 'node slices are not handed out',
    },
  ],
  configMaps: [{ name: 'whereabouts-config', namespace: null }],
  kinds: ['WhereaboutsIPPool', 'WhereaboutsOverlappingRangeIPReservation', 'NetworkAttachmentDefinition'],
  enforcesPolicy: false,
  needsPodCidr: false,
  pool: 'IPPool of its range',
  speaks: [],
  signatures,
  falseFriends: [harmless(/k8s pool initialized/, 'the first use of a range')],
  sources: ['k8snetworkplumbingwg/whereabouts:doc/crds/daemonset-install.yaml'],
};
