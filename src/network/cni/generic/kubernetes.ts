import { harmless, readIn, type FalseFriend, type Signature, type Where } from '../signature.ts';

const anywhere = { where: ['event', 'condition', 'log', 'node-event'] as readonly Where[] };
const onNode = { where: ['condition', 'node-event', 'log'] as readonly Where[] };
const controllerManager = { where: ['log', 'node-event'] as readonly Where[], containers: ['kube-controller-manager'] };

const goCni = readIn('containerd/go-cni:opts.go');
const ocicni = readIn('cri-o/ocicni:pkg/ocicni/ocicni.go');
const libcni = readIn('containernetworking/cni:libcni/conf.go');
const invoke = readIn('containernetworking/cni:pkg/invoke/find.go');
const rawExec = readIn('containernetworking/cni:pkg/invoke/raw_exec.go');
const criServer = readIn('containerd/containerd:internal/cri/server/sandbox_run.go');
const versions = readIn('containernetworking/cni:pkg/version/reconcile.go');
const ranges = readIn('kubernetes/kubernetes:pkg/controller/nodeipam/ipam/range_allocator.go');
const route = readIn('kubernetes/cloud-provider:controllers/route/route_controller.go');

/** The runtime sees an empty directory; who should have filled it is for the cluster to tell. */
const empty = { ...anywhere, unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node' } } as const;

const notInitialised: readonly Signature[] = [
  readIn('containerd/go-cni:errors.go').strong('cni-not-initialized/no-config', /cni plugin not initiali[sz]ed/, empty),
  readIn('kubernetes/kubernetes:pkg/kubelet/dockershim/network/cni/cni.go').strong(
    'cni-not-initialized/no-config',
    /cni config (un|not )initiali[sz]ed/,
    empty,
  ),
  goCni.strong('cni-not-initialized/no-config', /no (valid )?(network config|networks) found in \S+/, anywhere),
  goCni.strong('cni-not-initialized/no-config', /failed to load CNI config list file/, anywhere),
  goCni.strong('cni-not-initialized/no-config', /network type not found in \S+/, anywhere),
  ocicni.strong('cni-not-initialized/no-config', /no CNI configuration file in \S+/, anywhere),
  ocicni.strong('cni-not-initialized/no-config', /Missing CNI default network/, anywhere),
  ocicni.weak('cni-not-initialized/no-config', /failed to find requested network name/),
  libcni.strong('cni-not-initialized/no-config', /error parsing configuration( list)?\b/, anywhere),
  invoke.strong('cni-not-initialized/no-binary', /failed to find plugin \S+ in path/, anywhere),
  rawExec.strong(
    'cni-not-initialized/no-binary',
    /fork\/exec \S*\/cni\/\S*: (no such file or directory|exec format error|permission denied)/,
    anywhere,
  ),
  rawExec.strong('cni-not-initialized/no-binary', /exec: \S*\/cni\/bin\S*: (stat \S+: )?no such file or directory/, anywhere),
];

const incompatible: readonly Signature[] = [
  versions.strong('cni-version-incompatible', /incompatible CNI versions/, anywhere),
  readIn('containernetworking/cni:libcni/api.go').strong(
    'cni-version-incompatible',
    /plugin \S+ does not support config version/,
    anywhere,
  ),
  readIn('containernetworking/cni:libcni/api.go').strong(
    'cni-version-incompatible',
    /(config|CNI) version \S+ (is )?not supported/,
    anywhere,
  ),
  readIn('containernetworking/cni:pkg/types/internal/create.go').strong(
    'cni-version-incompatible',
    /unsupported CNI result version/,
    anywhere,
  ),
  readIn('containernetworking/cni:pkg/version/plugin.go').strong(
    'cni-version-incompatible',
    /invalid version \S*: ?the version is empty|invalid version : the version is empty/,
    anywhere,
  ),
];

const unhealthy: readonly Signature[] = [
  rawExec.weak('cni-plugin-unhealthy', /netplugin failed with no error message/),
  rawExec.strong('cni-plugin-unhealthy/oom-killed', /netplugin failed with no error message: signal: killed/),
  criServer.weak('cni-plugin-unhealthy', /failed to find network info for sandbox/),
  readIn('containernetworking/cni:pkg/types/100/types.go').weak('cni-plugin-unhealthy', /cannot convert: no valid IP addresses/),
];

const nodes: readonly Signature[] = [
  readIn('kubernetes/kubernetes:pkg/controller/nodeipam/ipam/cidrset/cidr_set.go').strong(
    'node-pod-cidr-missing',
    /CIDR allocation failed; there are no remaining CIDRs left to allocate/,
    controllerManager,
  ),
  ranges.strong('node-pod-cidr-missing', /failed to allocate cidr from cluster cidr at idx/, controllerManager),
  ranges.strong('node-pod-cidr-missing', /has an allocated cidr: .* that does not exist in cluster cidrs configuration/, controllerManager),
  ranges.strong('node-pod-cidr-missing', /status is now: CIDR(NotAvailable|AssignmentFailed)/, onNode),
  ranges.strong('pod-cidr-overlap', /failed to mark cidr\[/, controllerManager),
  route.strong('cloud-network-misconfigured', /Could not create route/, onNode),
  route.strong('cloud-network-misconfigured', /RouteController failed to create a route/, onNode),
  readIn('kubernetes/kubernetes:pkg/cloudprovider/providers/gce/gce_instances.go').strong(
    'node-network-unavailable/network-unavailable',
    /Node created without a route/,
    {
      where: ['condition'],
    },
  ),
];

/** Words of the kubelet, the runtimes and libcni. */
export const kubernetesSignatures: readonly Signature[] = [...notInitialised, ...incompatible, ...unhealthy, ...nodes];

/** What they say in good health, though it looks bad. */
export const kubernetesFalseFriends: readonly FalseFriend[] = [
  harmless(/Pod sandbox changed, it will be killed and re-created/, 'a sandbox that is made anew, as after every reboot'),
  harmless(/failed to reload cni configuration after receiving fs change event/, 'a half-written file while the plugin is installed'),
  harmless(/pod deleted before sandbox/, 'a pod that was deleted meanwhile'),
  harmless(/(pods?|Pod) '?\S+?'? not found/, 'a pod that was deleted meanwhile'),
  harmless(/error getting pod: .*\bnot found/, 'a pod that was deleted meanwhile'),
  harmless(/you can ignore this message/, 'a message that says itself that it can be ignored'),
  harmless(/errors are expected during bootstrap/, 'a message that says itself that it is expected'),
  harmless(/Neither --kubeconfig nor --master was specified/, 'the ordinary start inside a cluster'),
];
