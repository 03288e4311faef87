import { sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('some-plugin', cause);

/** Words of Kubernetes, the runtimes, libcni, the API server and the clouds. */
export const generic: PluginSamples = {
  daemonSet: null,
  texts: {
    condition: [
      [
        'cni-not-initialized/no-config',
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      ],
      [
        'cni-not-initialized/no-config',
        'runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized',
      ],
      [
        'cni-not-initialized/no-config',
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: no CNI configuration file in /etc/kubernetes/cni/net.d/. Has your network provider started?',
      ],
      ['cloud-network-misconfigured', 'RouteController failed to create a route'],
      ['node-network-unavailable/network-unavailable', 'Node created without a route'],
      ['node-pod-cidr-missing', 'Node worker-9 status is now: CIDRNotAvailable'],
    ],
    'node-event': [
      ['node-pod-cidr-missing', 'Node worker-9 status is now: CIDRAssignmentFailed'],
      ['cloud-network-misconfigured', 'Could not create route 4f1c 10.244.9.0/24 for node worker-9 after 1.2s: odd'],
      ['ip-pool-exhausted/subnet-full', 'IP_SPACE_EXHAUSTED: the range is used up'],
      ['cloud-network-misconfigured', 'RouteLimitExceeded: The maximum number of routes has been reached.'],
      ['cloud-network-misconfigured', "googleapi: Error 403: Quota 'ROUTES' exceeded. Limit: 200.0"],
      ['cloud-network-misconfigured', 'RouteTableNotFound: the route table is gone'],
    ],
    event: [
      ['cni-not-initialized/no-config', event('no network config found in /etc/cni/net.d: cni plugin not there')],
      ['cni-not-initialized/no-config', event('failed to load CNI config list file /etc/cni/net.d/10-x.conflist: odd')],
      ['cni-not-initialized/no-config', event('network type not found in /etc/cni/net.d/10-x.conf')],
      ['cni-not-initialized/no-config', event('Missing CNI default network')],
      ['cni-not-initialized/no-config', event('failed to find requested network name: x')],
      ['cni-not-initialized/no-config', event('error parsing configuration list: unexpected end of JSON input')],
      ['cni-not-initialized/no-binary', event('failed to find plugin "loopback" in path [/opt/cni/bin]')],
      ['cni-not-initialized/no-binary', event('fork/exec /opt/cni/bin/some-plugin: exec format error')],
      [
        'cni-not-initialized/no-binary',
        event('exec: "/opt/cni/bin/some-plugin": stat /opt/cni/bin/some-plugin: no such file or directory'),
      ],
      ['cni-version-incompatible', event('incompatible CNI versions; config is "1.0.0", plugin supports ["0.1.0" "0.2.0"]')],
      ['cni-version-incompatible', event('plugin bridge does not support config version "1.1.0"')],
      ['cni-version-incompatible', event('CNI version "1.1.0" is not supported')],
      ['cni-version-incompatible', event('unsupported CNI result version "0.4.0"')],
      ['cni-version-incompatible', event('invalid version "": the version is empty')],
      ['cni-plugin-unhealthy', event('netplugin failed with no error message: exit status 2')],
      ['cni-plugin-unhealthy/oom-killed', event('netplugin failed with no error message: signal: killed')],
      [
        'cni-plugin-unhealthy',
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to find network info for sandbox "f5e94bf8c9bc61aa3c1d1ba424d9f8cc8dea0f35df11d8e5024d7eb14a5264d6"',
      ],
      ['cni-plugin-unhealthy', event('cannot convert: no valid IP addresses')],
      [
        'cni-datastore-unreachable/api-server-timeout',
        event('Get "https://10.96.0.1:443/api/v1/nodes/a": dial tcp 10.96.0.1:443: i/o timeout'),
      ],
      [
        'cni-datastore-unreachable/api-server-refused',
        event('Get "https://127.0.0.1:6444/api/v1/nodes/a": dial tcp 127.0.0.1:6444: connect: connection refused'),
      ],
      ['cni-datastore-unreachable', event('Get "https://[fd00::1]:443/api": dial tcp [fd00::1]:443: connect: no route to host')],
      [
        'cni-datastore-unreachable/api-server-timeout',
        event('Get "https://10.96.0.1:443/api/v1/nodes/a": net/http: TLS handshake timeout'),
      ],
      [
        'cni-datastore-unreachable/api-server-timeout',
        event('Get "https://10.96.0.1:443/api/v1/nodes/a": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
      ],
      ['cni-datastore-unreachable', event('Get "https://10.96.0.1:443/api/v1/nodes/a": EOF')],
      [
        'cni-datastore-unreachable/api-server-timeout',
        event('the server was unable to return a response in the time allotted, but may still be processing the request'),
      ],
      ['cni-datastore-unreachable', event('the server is currently unable to handle the request')],
      [
        'cni-datastore-unreachable/dns',
        event('Get "https://api.internal:6443/api/v1/nodes/a": dial tcp: lookup api.internal on 10.0.0.2:53: no such host'),
      ],
      ['cni-datastore-unreachable/dns', event('curl: Temporary failure in name resolution')],
      ['cni-datastore-unreachable/etcd', event('dial tcp 10.0.0.5:2379: connect: connection refused')],
      ['cni-datastore-unreachable/etcd', event('etcdserver: request timed out')],
      ['cni-datastore-unreachable/etcd', event('client: etcd cluster is unavailable or misconfigured')],
      ['cni-auth-failure/unauthorized', event('error getting pod: Unauthorized')],
      ['cni-auth-failure/unauthorized', event('error getting pod: the server has asked for the client to provide credentials')],
      [
        'cni-auth-failure/forbidden',
        event(
          'pods "web-1" is forbidden: User "system:serviceaccount:kube-system:x" cannot get resource "pods" in API group "" in the namespace "shop"',
        ),
      ],
      ['cni-auth-failure/forbidden', event('the server does not allow access to the requested resource (put nodes worker-1)')],
      ['cni-auth-failure/forbidden', event('forbidden: User "system:anonymous" cannot get path "/version"')],
      ['cni-auth-failure/certificate', event('Get "https://10.96.0.1:443/api": x509: certificate signed by unknown authority')],
      ['cni-auth-failure/certificate', event('remote error: tls: bad certificate')],
      ['cni-auth-failure/unauthorized', event('invalid bearer token, service account token has expired')],
      ['cni-plugin-unhealthy/agent-not-answering', event('dial unix /var/run/some/agent.sock: connect: no such file or directory')],
      ['cni-plugin-unhealthy/agent-not-answering', event('dial tcp 127.0.0.1:12345: connect: connection refused')],
      ['ip-pool-exhausted/subnet-full', event('The specified subnet does not have enough free addresses to satisfy the request')],
      ['ip-pool-exhausted/subnet-full', event('SubnetIsFull: Subnet aks-subnet is full')],
      ['cni-auth-failure/cloud-permissions', event('UnauthorizedOperation: You are not authorized to perform this operation.')],
      ['cni-auth-failure/cloud-permissions', event('WebIdentityErr: failed to retrieve credentials')],
      [
        'cni-auth-failure/cloud-permissions',
        event("LinkedAuthorizationFailed: the client has no permission 'Microsoft.Network/virtualNetworks/subnets/join/action'"),
      ],
      ['cni-auth-failure/cloud-permissions', event("Required 'compute.instances.get' permission for 'projects/x'")],
    ],
    log: [
      [
        'node-pod-cidr-missing',
        'E0304 17:24:47.807000 1 range_allocator.go:300] CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
      ],
      ['node-pod-cidr-missing', 'E0304 17:24:47.807000 1 range_allocator.go:300] failed to allocate cidr from cluster cidr at idx:0: odd'],
      [
        'node-pod-cidr-missing',
        'node:worker-1 has an allocated cidr: 10.9.0.0/24 at index:1 that does not exist in cluster cidrs configuration',
      ],
      ['pod-cidr-overlap', 'failed to mark cidr[10.9.0.0/24] at idx [0] as occupied for node: worker-1'],
    ],
  },
  harmless: [
    'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = AttachmentLimitExceeded: limit of volumes reached',
    '0/3 nodes are available: 3 Insufficient cpu.',
    'Pod sandbox changed, it will be killed and re-created.',
    'level=error msg="failed to reload cni configuration after receiving fs change event(WRITE)" error="cni config load failed: no network config found in /etc/cni/net.d"',
    event('pod deleted before sandbox ADD operation began'),
    `CNI request failed with status 400: 'pods "web-1" not found'`,
    event('Multus: [shop/web-1/x]: error getting pod: pods "web-1" not found'),
    'Failed to read file modules.builtin. You can ignore this message when kube-proxy is running inside container',
    'curl: (7) (errors are expected during bootstrap; will retry until success)',
    'W0725 13:15:30.528484 5 client_config.go:552] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image: 401 Unauthorized',
    'Failed to pull image "x:1": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/x:1": failed to authorize: 401 Unauthorized',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "web-1_shop_0": name "web-1_shop_0" is reserved for "abc"',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unknown',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to generate sandbox container spec: odd',
    'Error creating: Internal error occurred: failed calling webhook "x.example": Post "https://x.default.svc:443/m": dial tcp 10.96.10.4:443: connect: connection refused',
    'unable to ensure pod container exists: failed to create container for [kubepods burstable pod1]: cgroup exists',
    'Failed to create pod sandbox: open /run/systemd/resolve/resolv.conf: no space left on device',
  ],
};
