import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '../../../src/cluster/wire.ts';
import { aContainer, anEnd, anEvent, aNode, aPod, crashing, notReadyPod, pendingPod, running, waiting } from '../../support/objects.ts';
import { aLog, causesOf, type Given } from './found.ts';

/**
 * Texts that people posted of real incidents in public repositories, played on a pod that is in the state the text
 * implies. Times are those of an incident of now.
 */
const creating = (...statuses: ContainerStatus[]) =>
  notReadyPod(statuses.length > 0 ? statuses : [waiting('web', 'ContainerCreating')], { status: { phase: 'Pending' } });
const unready = (port: number, log: string): Given => ({
  pod: notReadyPod([running('web', { ready: false })], {
    spec: { containers: [aContainer('web', { ports: [{ containerPort: port }], readinessProbe: { tcpSocket: { port } } })] },
  }),
  events: [anEvent('Unhealthy', `Readiness probe failed: dial tcp 10.244.0.171:${port}: connect: connection refused`, { count: 30 })],
  logs: [aLog(log)],
});
const initCrash = aPod({
  spec: { initContainers: [aContainer('support')], containers: [aContainer('web')] },
  status: {
    phase: 'Pending',
    conditions: [],
    initContainerStatuses: [crashing('support', anEnd(1), 10)],
    containerStatuses: [waiting('web', 'PodInitializing')],
  },
});

const cases: readonly (readonly [name: string, given: Given, expected: string])[] = [
  [
    'an image without a build for the architecture of the node',
    {
      pod: creating(waiting('web', 'ErrImagePull')),
      events: [
        anEvent(
          'Failed',
          'spec.containers{web}: Failed to pull image "mysql:5.7": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/mysql:5.7": no match for platform in manifest: not found',
        ),
      ],
    },
    'app-image-pull/wrong-platform',
  ],
  [
    'a key that the ConfigMap does not have',
    { pod: creating(), events: [anEvent('Failed', "Error: couldn't find key DB_HOST in ConfigMap s14-config/notes-config")] },
    'app-config-missing/key',
  ],
  [
    'a probe on 5678 of an application on 80',
    unready(5678, '2026/10/07 15:57:53 [INFO] server is listening on :80'),
    'app-readiness-probe-failing/wrong-port',
  ],
  [
    'a refused probe of an application that did listen there',
    unready(15_002, '26/01/24 18:30:32 INFO SparkConnectServer: Spark Connect server started at: 0:0:0:0:0:0:0%0:15002'),
    'app-readiness-probe-failing/connection-refused',
  ],
  [
    'too little CPU and a selector',
    {
      pod: pendingPod(),
      events: [anEvent('FailedScheduling', "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match node selector.")],
    },
    'app-unschedulable/insufficient-cpu',
  ],
  [
    'the only worker at its limit of pods, in an event without a reason',
    {
      pod: pendingPod(),
      events: [
        anEvent('', '0/2 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }'),
      ],
    },
    'app-unschedulable/too-many-pods',
  ],
  [
    'a disk that is still being made',
    {
      pod: creating(),
      events: [
        anEvent(
          'FailedAttachVolume',
          'AttachVolume.Attach failed for volume "pvc-ca405a39-48f2-11e9-a4bb-0a9a747311bc" : "Error attaching EBS volume \\"vol-03affb8dd7a89e798\\"" to instance "i-0e5baf0b5de72611d" since volume is in "creating" state',
        ),
      ],
    },
    'app-volume-mount/attach-failed',
  ],
  [
    'an NFS mount that fails',
    {
      pod: creating(),
      events: [
        anEvent(
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[nfs], unattached volumes=[nfs default-token-dn4gs]: timed out waiting for the condition',
        ),
        anEvent('FailedMount', 'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount'),
      ],
    },
    'app-volume-mount/mount-failed',
  ],
  [
    'a misspelt ConfigMap',
    {
      pod: creating(),
      events: [
        anEvent(
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[config default-token-zcn2r data]: timed out waiting for the condition',
        ),
        anEvent('FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "redis-conig" not found '),
      ],
    },
    'app-config-missing/configmap',
  ],
  ['a memory leak at 50Mi', { pod: notReadyPod([crashing('web', anEnd(137, 'OOMKilled'), 5)]) }, 'app-oom-killed/container-limit'],
  ['an init container that crashes', { pod: initCrash }, 'app-init-failing/exit-code'],
  [
    'a misspelt command in a static pod',
    {
      pod: notReadyPod([
        crashing(
          'web',
          anEnd(128, 'StartError', {
            message:
              'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "kube-controller-manegaar": executable file not found in $PATH: unknown',
          }),
        ),
      ]),
    },
    'app-crash-looping/cannot-start',
  ],
  [
    'a pull through a proxy that does not run',
    {
      pod: creating(waiting('web', 'ImagePullBackOff')),
      events: [
        anEvent(
          'Failed',
          'Failed to pull image "docker.io/kiwigrid/k8s-sidecar:1.30.3": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/kiwigrid/k8s-sidecar:1.30.3": failed to resolve reference "docker.io/kiwigrid/k8s-sidecar:1.30.3": failed to do request: Head "https://registry-1.docker.io/v2/kiwigrid/k8s-sidecar/manifests/1.30.3": proxyconnect tcp: dial tcp 127.0.0.1:8123: connect: connection refused',
        ),
      ],
    },
    'app-image-pull/registry-unreachable',
  ],
];

describe('incidents that really happened', () => {
  it.each(cases)('%s', (_name, given, expected) => {
    expect(causesOf(given)[0]?.split(' ')[0]).toBe(expected);
  });
});

describe('what only sounds like one', () => {
  it('is a sandbox that was made anew once, with the container started after it', () => {
    const events = [
      anEvent('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', { type: 'Normal' }),
      anEvent('Pulled', 'Successfully pulled image "aicani/friendlyhello:latest" in 4.194127303s', { type: 'Normal' }),
    ];
    expect(causesOf({ pod: aPod(), events })).toEqual([]);
  });

  it.each([
    '[LATEST-SERVER] I0921 19:16:55.431186      57 proxier.go:667] "Failed to load kernel module with modprobe, you can ignore this message when kube-proxy is running inside container without mounting /lib/modules"',
    'W0725 13:15:30.528484       5 client_config.go:552] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.',
  ])('is a line in the log of a healthy pod: %s', (line) => {
    expect(causesOf({ pod: aPod(), logs: [aLog(line)], events: [] })).toEqual([]);
  });

  it('is anything seen on a node whose kubelet is silent', () => {
    const node = aNode({
      conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }],
    });
    expect(
      causesOf({ pod: notReadyPod([running('web', { ready: false })]), node, events: [anEvent('NodeNotReady', 'Node is not ready')] }),
    ).toEqual([]);
  });
});
