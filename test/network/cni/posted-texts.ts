import type { CauseId } from '../../../src/core/causes.ts';
import type { Where } from '../../../src/network/cni/signature.ts';

/** A text that somebody posted from a real incident, with the cause that was found in the end. */
export interface PostedText {
  readonly id: string;
  /** Null where the network was not the cause, or nothing was wrong. */
  readonly cause: CauseId | null;
  readonly where: Where;
  /** As posted, also where lines were broken and words were cut. */
  readonly text: string;
}

export const postedTexts: readonly PostedText[] = [
  { id: 'sandbox-changed-after-restart', cause: null, where: 'event', text: 'Pod sandbox changed, it will be killed and re-created.' },
  {
    id: 'sandbox-changed-after-restart',
    cause: null,
    where: 'event',
    text: 'Successfully pulled image "aicani/friendlyhello:latest" in 4.194127303s (4.194137632s including waiting)',
  },
  {
    id: 'calico-nodename-missing-coredns-2h',
    cause: 'cni-plugin-unhealthy',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "f5e94bf8c9bc61aa3c1d1ba424d9f8cc8dea0f35df11d8e5024d7eb14a5264d6": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
  },
  {
    id: 'cilium-kube-ovn-one-range',
    cause: 'ipam-state-corrupt',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ad8f": plugin type="cilium-cni" failed (add): unable to create endpoint: [PUT /endpoint/{id}][400] putEndpointIdInvalid "IP ipv4:10.244.1.12 is already in use"',
  },
  {
    id: 'cilium-eni-node-at-capacity',
    cause: 'ip-pool-exhausted',
    where: 'event',
    text: 'Failed to create pod sandbox: ... cilium-cni failed (add): unable to allocate IP via local cilium agent: no IPs currently available on the node, allocation will be retried once Cilium Operator allocates more IPs',
  },
  {
    id: 'image-no-arm64-mysql57',
    cause: null,
    where: 'event',
    text: 'spec.containers{mysql}: Failed to pull image "mysql:5.7": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/mysql:5.7": no match for platform in manifest: not found',
  },
  {
    id: 'calico-binary-missing-rancher-desktop',
    cause: 'cni-not-initialized',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ece2c5fa55782dd2b5dacbef8beba66c22e248be3f48409434987dbe46b04cac": plugin type="calico" failed (add): failed to find plugin "calico" in path [/usr/libexec/cni]',
  },
  {
    id: 'aws-node-failed-to-run-knowledge-center',
    cause: 'cni-plugin-unhealthy',
    where: 'event',
    text: 'Error while dialing dial tcp 127.0.0.1:50051: connect: connection refused',
  },
  {
    id: 'flannel-api-timeout-5whpv',
    cause: 'cni-datastore-unreachable',
    where: 'log',
    text: 'W0211 02:04:21.359364       1 client_config.go:608] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.\nE0211 02:04:51.456912       1 main.go:251] Failed to create SubnetManager: error retrieving pod spec for \'kube-system/kube-flannel-ds-5whpv\': Get "https://10.96.0.1:443/api/v1/namespaces/kube-system/pods/kube-flannel-ds-5whpv": dial tcp 10.96.0.1:443: i/o timeout',
  },
  {
    id: 'calico-unauthorized-master-reinit',
    cause: 'cni-auth-failure',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "...": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
  },
  {
    id: 'configmap-key-db-host-missing',
    cause: null,
    where: 'event',
    text: "Error: couldn't find key DB_HOST in ConfigMap s14-config/notes-config",
  },
  {
    id: 'calico-bgp-docker-bridge-autodetected',
    cause: 'overlay-tunnel-down',
    where: 'probe',
    text: 'Readiness probe failed: 2021-01-04 17:24:47.807 [INFO][436] confd/health.go 180: Number of node(s) with BGP peering established = 0 \ncalico/node is not ready: BIRD is not ready: BGP not established with 10.190.66.227,10.190.66.232 ',
  },
  {
    id: 'calico-bgp-docker-bridge-autodetected',
    cause: 'overlay-tunnel-down',
    where: 'log',
    text: '2021-01-04 18:20:34.776 [INFO][55] monitor-addresses/startup.go 756: Using autodetected IPv4 address on interface br-c6e04b432ed1: 173.17.0.1/16 ',
  },
  {
    id: 'readiness-greeter-wrong-port',
    cause: null,
    where: 'probe',
    text: 'Readiness probe failed: dial tcp 10.244.0.171:5678: connect: connection refused',
  },
  { id: 'readiness-greeter-wrong-port', cause: null, where: 'log', text: '2026/10/07 15:57:53 [INFO] server is listening on :80' },
  {
    id: 'flannel-pod-cidr-not-assigned-kcm-flags',
    cause: 'node-pod-cidr-missing',
    where: 'log',
    text: 'Error registering network: failed to acquire lease: node "node" pod cidr not assigned',
  },
  {
    id: 'azure-vnet-lock-warning-deployment-successful',
    cause: null,
    where: 'event',
    text: '"Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup\n       network for sandbox "7d04a736b37345a9c0147625f5f156f340277877a62b8d86f68d6745a9f41895":\n       plugin type="azure-vnet" failed (add): Failed to initialize key-value store of network\n       plugin: timed out locking store"',
  },
  {
    id: 'unschedulable-insufficient-cpu-selector',
    cause: null,
    where: 'event',
    text: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match node selector.",
  },
  {
    id: 'multus-unauthorized-alauda',
    cause: 'cni-auth-failure',
    where: 'event',
    text: 'plugin type="multus" name="multus-cni-network" failed (add):\n  Multus: [<ns>/<pod>/<id>]: error getting pod: Unauthorized',
  },
  {
    id: 'calico-service-ip-timeout-kube-proxy',
    cause: 'cni-datastore-unreachable',
    where: 'log',
    text: 'Jul 27 10:17:27 cmpaas-core-new-mpp-j-1 kubelet[47192]: E0727 10:17:27.076332  \n47192 kuberuntime_manager.go:674] killPodWithSyncResult failed: failed to \n"KillPodSandbox" for "d49635fa-a070-469d-9228-d64a900e4403" with KillPodSandboxError:\n"rpc error: code = Unknown desc = networkPlugin cni failed to teardown pod \\"kong-\nmigrations-pqwll_kong\\" network: error getting ClusterInformation: Get \nhttps://[169.169.0.1]:443/apis/crd.projectcalico.org/v1/clusterinformations/default:\ndial tcp 169.169.0.1:443: i/o timeout"',
  },
  {
    id: 'calico-service-ip-timeout-kube-proxy',
    cause: 'cni-datastore-unreachable',
    where: 'log',
    text: '2021-07-27 02:52:28.597 [INFO][8] startup/startup.go 374: Hit error connecting to \ndatastore - retry error=Get https://169.169.0.1:443/api/v1/nodes/foo: dial tcp \n169.169.0.1:443: i/o timeout',
  },
  {
    id: 'k3s-modprobe-info-log',
    cause: null,
    where: 'log',
    text: '         [LATEST-SERVER] I0921 19:16:55.431186      57 proxier.go:667] "Failed to load kernel module with modprobe, you can ignore this message when kube-proxy is running inside container without mounting /lib/modules" moduleName="ip_vs_rr"',
  },
  {
    id: 'multus-macvlan-stale-host-local-lease',
    cause: 'ipam-state-corrupt',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = \n         Unknown desc = failed to setup network for sandbox "82c575cc978db00643b1bf84a4773c064c08dcb93dbd9741ba2e581bc7c5d545": \n         Multus: Err in tearing down failed plugins: Multus: error in invoke Delegate add - "macvlan": failed to allocate for \n         range 0: no IP addresses available in range set: 10.252.2.4-10.252.2.4',
  },
  {
    id: 'kube-proxy-modprobe-ignore-aks',
    cause: null,
    where: 'log',
    text: '{"log":"W0602 07:02:20.658455       1 proxier.go:480] Failed to read file /lib/modules/4.15.0-1045-azure/modules.builtin with error open /lib/modules/4.15.0-1045-azure/modules.builtin: no such file or directory. You can ignore this message when kube-proxy is running inside container without mounting /lib/modules\\n","stream":"stderr","time":"2019-06-02T07:02:20.658566371Z"}',
  },
  {
    id: 'whereabouts-leaked-overlapping-reservations',
    cause: 'ipam-state-corrupt',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_codesysedge-65fd7b9558-z7g24_codesysdemo_033a21ed-e98b-4386-b44f-bf81acf7e3d0_0(53563970bd1a6fe2aa647664adf6dd54c1d2fecd72e32c1784785cd6f8c6c9f4): error adding pod codesysdemo_codesysedge-65fd7b9558-z7g24 to CNI network "multus-cni-network": plugin type="multus" name="multus-cni-network" failed (add): [codesysdemo/codesysedge-65fd7b9558-z7g24/033a21ed-e98b-4386-b44f-bf81acf7e3d0:codesys-management]: error adding container to network "codesys-management": Error at storage engine: Could not allocate IP in range: ip: 192.168.122.145 / - 192.168.122.150 / range: net.IPNet{IP:net.IP {0xc0, 0xa8, 0x7a, 0x90}, Mask:net.IPMask{0xff, 0xff, 0xff, 0xf8}}',
  },
  {
    id: 'calico-unauthorized-kubesphere-extension',
    cause: 'cni-auth-failure',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "b47b864d74dd3712f4c65c351c1f7742c4fc56e8ba6364041a3e2cfd706ff42d": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
  },
  {
    id: 'flannel-pod-cidr-not-assigned-reinstall',
    cause: 'node-pod-cidr-missing',
    where: 'log',
    text: 'E0304 04:04:44.958281       1 main.go:292] Error registering network: failed to acquire lease: node "<NODE_HOSTNAME>" pod cidr not assigned',
  },
  {
    id: 'kind-kube-burner-slash24-exhausted',
    cause: 'ip-pool-exhausted',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "489d15778ddab9adc6195a13476da3ab3dfdb36beb13f3c090177106ed7f8482": plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.0.1-10.244.0.254',
  },
  {
    id: 'ebs-volume-still-creating',
    cause: null,
    where: 'event',
    text: 'AttachVolume.Attach failed for volume "pvc-ca405a39-48f2-11e9-a4bb-0a9a747311bc" : "Error attaching EBS volume \\"vol-03affb8dd7a89e798\\"" to instance "i-0e5baf0b5de72611d" since volume is in "creating" state',
  },
  {
    id: 'flannel-no-default-route-offline',
    cause: 'route-misconfigured',
    where: 'log',
    text: 'Failed to find any valid interface to use: failed to get default interface: Unable to find default route',
  },
  {
    id: 'cni-version-empty-stop-pod-sandbox',
    cause: 'cni-version-incompatible',
    where: 'log',
    text: 'ERRO[2022-04-26T00:43:24.518165483Z] StopPodSandbox for "b" failed\nerror="failed to destroy network for sandbox \\"bbc85f891eaf060c5a879e27bba9b6b06450210161dfdecfbb2732959fb6500a\\": invalid version \\"\\": the version is empty"',
  },
  {
    id: 'flannel-crashloop-br-netfilter-missing',
    cause: 'cni-plugin-unhealthy',
    where: 'log',
    text: 'Failed to check br_netfilter: stat /proc/sys/net/bridge/bridge-nf-call-iptables: no such file or directory',
  },
  {
    id: 'flannel-pod-cidr-not-assigned-allocate-node-cidrs',
    cause: 'node-pod-cidr-missing',
    where: 'log',
    text: 'Error registering network: failed to acquire lease: node "k8s-node-3" pod cidr not assigned',
  },
  {
    id: 'calico-unauthorized-monitoring-stack',
    cause: 'cni-auth-failure',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "cb1bbff4152027799db3a9479ff9c3e874cdcfcd570a8758e8692c0617eb0aa6": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
  },
  {
    id: 'cni-version-k8s-docs-incompatible',
    cause: 'cni-version-incompatible',
    where: 'log',
    text: 'incompatible CNI versions; config is \\"1.0.0\\", plugin supports [\\"0.1.0\\" \\"0.2.0\\" \\"0.3.0\\" \\"0.3.1\\" \\"0.4.0\\"]"',
  },
  {
    id: 'calico-bgp-after-upgrade-compose-bridge',
    cause: 'overlay-tunnel-down',
    where: 'probe',
    text: 'Readiness probe failed: caliconode is not ready: BIRD is not ready: BGP not established with 172.18.0.1',
  },
  {
    id: 'kubeadm-flannel-not-installed-subnet-env',
    cause: 'cni-not-initialized',
    where: 'log',
    text: 'k8s-master01 kubelet: "Error adding pod to network" err="open /run/flannel/subnet.env: no such file or directory" pod="kube-system/coredns-7d89d9b6b8-z4nzr" podSandboxID={Type:docker ID:} podNetnsPath="/proc/3652/ns/net" networkType="flannel" networkName="cbr0"',
  },
  {
    id: 'weave-daemonset-missing-coredns',
    cause: 'cni-plugin-unhealthy',
    where: 'event',
    text: 'error adding pod kube-system_coredns-57575c5f89-27ggv to CNI network "weave": plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/fc31be6cabf6307322dca030b2dfdb4cac3115a5b3a2ce0957014ea839e1d27d": dial tcp 127.0.0.1:6784: connect: connection refused',
  },
  {
    id: 'unschedulable-too-many-pods',
    cause: null,
    where: 'event',
    text: '0/2 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }',
  },
  {
    id: 'coredns-flannel-subnet-env-startup',
    cause: 'cni-not-initialized',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1c5275838d3a8aefbe65da77769fc2984070a0f6c3fba07f25e460b72f301af8": plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory',
  },
  {
    id: 'ingress-client-config-warning',
    cause: null,
    where: 'log',
    text: 'W0725 13:15:30.528484       5 client_config.go:552] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.\nI0725 13:15:30.528824       5 main.go:191] Creating API client for https://10.47.240.1:443',
  },
  {
    id: 'cilium-operator-crash-tlsroute-crd',
    cause: 'cni-plugin-unhealthy',
    where: 'log',
    text: 'failed to setup field indexer "backendServiceTLSRouteIndex":\nno matches for kind "TLSRoute" in version\n"gateway.networking.k8s.io/v1alpha2"',
  },
  { id: 'cilium-operator-crash-tlsroute-crd', cause: 'cni-plugin-unhealthy', where: 'log', text: 'required IPv4 PodCIDR not available' },
  {
    id: 'nfs-mount-exit-32',
    cause: null,
    where: 'event',
    text: 'Unable to attach or mount volumes: unmounted volumes=[nfs], unattached volumes=[nfs default-token-dn4gs]: timed out waiting for the condition',
  },
  {
    id: 'nfs-mount-exit-32',
    cause: null,
    where: 'event',
    text: 'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount',
  },
  {
    id: 'calico-api-tls-handshake-timeout-flink',
    cause: 'cni-datastore-unreachable',
    where: 'event',
    text: 'Failed to create pod sandbox: rpc error: code = U\nnknown desc = [failed to set up sandbox container "d384665c69292bad5f9ebd10d0cab13005cc66d6656051ab8313273f90672445" netw\nork for pod "flink-kubernetes-operator-59878dff7-d6cnw": networkPlugin cni failed to set up pod "flink-kubernetes-operato\nr-59878dff7-d6cnw_flink" network: error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org\n/v1/clusterinformations/default": net/http: TLS handshake timeout',
  },
  {
    id: 'redis-configmap-name-typo',
    cause: null,
    where: 'event',
    text: 'Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[config default-token-zcn2r data]: timed out waiting for the condition',
  },
  {
    id: 'redis-configmap-name-typo',
    cause: null,
    where: 'event',
    text: 'MountVolume.SetUp failed for volume "config" : configmap "redis-conig" not found ',
  },
  {
    id: 'readiness-spark-connect-driver-host',
    cause: null,
    where: 'probe',
    text: 'Readiness probe failed: dial tcp 10.244.7.213:15002: connect: connection refused',
  },
  {
    id: 'readiness-spark-connect-driver-host',
    cause: null,
    where: 'log',
    text: '26/01/24 18:30:32 INFO SparkConnectServer: Spark Connect server started at: 0:0:0:0:0:0:0%0:15002',
  },
  {
    id: 'cilium-policy-client2-denied',
    cause: 'network-policy-blocking',
    where: 'log',
    text: 'Mar 14 16:53:02.773: default/client2:49558 (ID:52749) <> default/server:80 (ID:7156) policy-verdict:none INGRESS DENIED (TCP Flags: SYN)\nMar 14 16:53:02.773: default/client2:49558 (ID:52749) <> default/server:80 (ID:7156) Policy denied DROPPED (TCP Flags: SYN)',
  },
  {
    id: 'openshift-sdn-leaked-leases-mongodb',
    cause: 'ipam-state-corrupt',
    where: 'event',
    text: 'Multus: Err adding pod to network "openshift-sdn": Multus: error in invoke Delegate add - "openshift-sdn": CNI request failed with status 400: \'failed to run IPAM for 0f93c64baabcce3f6a9396f106b3fe1e27611e4f74d74914e99ff7a063a8c6a7: failed to run CNI IPAM ADD: failed to allocate for range 0: no IP addresses available in range set: 10.254.5.1-10.254.5.254',
  },
  {
    id: 'image-pull-dead-proxy',
    cause: null,
    where: 'event',
    text: 'Failed to pull image "docker.io/kiwigrid/k8s-sidecar:1.30.3": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/kiwigrid/k8s-sidecar:1.30.3": failed to resolve reference "docker.io/kiwigrid/k8s-sidecar:1.30.3": failed to do request: Head "https://registry-1.docker.io/v2/kiwigrid/k8s-sidecar/manifests/1.30.3": proxyconnect tcp: dial tcp 127.0.0.1:8123: connect: connection refused',
  },
];
