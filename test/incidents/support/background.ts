import type { KubernetesObject, Pod } from '../../../src/cluster/wire.ts';
import { before, days, presentText } from './clock.ts';
import { conditions } from './pods.ts';
import type { TestCluster } from './test-cluster.ts';
import { withTimes } from './install.ts';

/** What every cluster has besides the incident: the system's pods, other teams' troubles, finished jobs, old restarts, stale events. */
export function addBackground(cluster: TestCluster): void {
  const names = cluster.nodes.map(({ metadata }) => metadata?.name ?? '');
  const workers = names.filter((name) => !name.startsWith('cp-'));
  systemPods(cluster, names);
  for (const [index, name] of workers.entries()) {
    cluster.runningPod('shop', `catalog-${index}`, name);
    withOldRestart(cluster.runningPod('monitoring', `exporter-${index}`, name));
  }
  const busy = workers[0] ?? names[0] ?? '';
  finishedJob(cluster, busy);
  othersTrouble(cluster, workers.at(-1) ?? busy);
  staleEvents(cluster, busy);
}

function systemPods(cluster: TestCluster, names: readonly string[]): void {
  cluster.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop', uid: cluster.uid() } });
  const dns = names.at(-1) ?? '';
  for (const _ of [1, 2]) {
    cluster.runningPod('kube-system', 'coredns', dns, (pod) => {
      if (pod.metadata) pod.metadata.labels = { 'k8s-app': 'kube-dns', 'pod-template-hash': '6c9f7d5b4c' };
      if (pod.spec?.containers[0]) Object.assign(pod.spec.containers[0], { name: 'coredns', ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }] });
      if (pod.status?.containerStatuses?.[0]) pod.status.containerStatuses[0].name = 'coredns';
    });
  }
  cluster.add({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default', uid: cluster.uid(), creationTimestamp: before(days(22)) }, spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] } } as KubernetesObject);
  for (const name of names) {
    cluster.add({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease', uid: cluster.uid() }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: presentText.replace('Z', '.000000Z') } } as KubernetesObject);
    const address = cluster.node(name).status?.addresses?.[0]?.address ?? '';
    const proxy = cluster.runningPod('kube-system', 'kube-proxy', name, (pod) => {
      if (pod.metadata) Object.assign(pod.metadata, { name: `kube-proxy-${cluster.suffix()}`, labels: { 'k8s-app': 'kube-proxy' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'kube-proxy', uid: 'ds-kube-proxy', controller: true }] });
      if (pod.spec) pod.spec.hostNetwork = true;
      if (pod.status) Object.assign(pod.status, { podIP: address, podIPs: [{ ip: address }] });
    });
    cluster.log(proxy, 'web', withTimes(['I0314 10:01:00.000001       1 server.go:852] "Version info" version="v1.33.2"', 'W0314 10:01:00.000007       1 proxier.go:691] "Failed to load kernel module with modprobe, you can ignore this message when kube-proxy is running inside container without mounting /lib/modules" moduleName="ip_vs_rr"']));
  }
}

function withOldRestart(pod: Pod): void {
  const status = pod.status?.containerStatuses?.[0];
  if (status) Object.assign(status, { restartCount: 3, lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: before(days(5)), finishedAt: before(days(2)) } } });
}

function finishedJob(cluster: TestCluster, node: string): void {
  const finished = cluster.runningPod('shop', 'nightly-report', node, (pod) => {
    if (pod.metadata) Object.assign(pod.metadata, { name: 'nightly-report-29212345-k8vxz', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-report-29212345', uid: 'job', controller: true }] });
  });
  const ended = conditions('False', before(480)).map((one) => (one.status === 'False' ? { ...one, reason: 'PodCompleted', message: '' } : one));
  if (finished.status) Object.assign(finished.status, { phase: 'Succeeded', conditions: ended, containerStatuses: [{ name: 'web', image: '', imageID: '', ready: false, started: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: before(480) } } }] });
}

/** Another team's pod crashes, and has for days; nobody is paged for it here. */
function othersTrouble(cluster: TestCluster, node: string): void {
  const sick = cluster.runningPod('team-b', 'importer', node, (pod) => {
    if (pod.status) pod.status.conditions = conditions('False', before(days(2)));
  });
  const status = sick.status?.containerStatuses?.[0];
  if (status) Object.assign(status, { ready: false, started: false, restartCount: 412, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=web' } }, lastState: { terminated: { exitCode: 2, reason: 'Error', startedAt: before(4), finishedAt: before(3) } } });
  cluster.event(sick, { reason: 'BackOff', message: `Back-off restarting failed container web in pod ${sick.metadata?.name ?? ''}_team-b(${sick.metadata?.uid ?? ''})`, count: 9120, firstMinutesAgo: days(2), fieldPath: 'spec.containers{web}' });
  cluster.log(sick, 'web', withTimes(['panic: runtime error: index out of range [3] with length 3']));
}

function staleEvents(cluster: TestCluster, node: string): void {
  cluster.event(cluster.node(node), { reason: 'Starting', message: 'Starting kubelet.', type: 'Normal', minutesAgo: 55, firstMinutesAgo: 55, count: 1 });
  const other = cluster.objects.find((one): one is Pod => one.kind === 'Pod' && one.metadata?.name?.startsWith('catalog-0-') === true);
  if (other === undefined) return;
  cluster.event(other, { reason: 'SandboxChanged', message: 'Pod sandbox changed, it will be killed and re-created.', type: 'Normal', minutesAgo: 52, firstMinutesAgo: 52, count: 1 });
  cluster.event(other, { reason: 'Pulled', message: 'Container image "registry.example/catalog-0:1.4.2" already present on machine', type: 'Normal', minutesAgo: 52, firstMinutesAgo: 52, count: 1 });
}
