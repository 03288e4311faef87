import { describe, expect, it } from 'vitest';
import {
  aContainer,
  ago,
  anEnd,
  anEvent,
  aPod,
  crashing,
  hours,
  minutes,
  notReadyPod,
  podConditions,
  running,
  seconds,
  waiting,
} from '../../support/objects.ts';
import { aLog, causesOf, theFinding } from './found.ts';

const limited = aContainer('web', { resources: { limits: { memory: '50Mi' } } });
const oomEnd = anEnd(137, 'OOMKilled');
const inNode = (reason: string, message: string) => anEvent(reason, message, { about: { kind: 'Node', name: 'worker-1' } });

describe('a container out of memory', () => {
  it('is known by its last state while it waits to be restarted', () => {
    const finding = theFinding({ pod: notReadyPod([crashing('web', oomEnd, 5)], { spec: { containers: [limited] } }) });
    expect(finding).toMatchObject({ cause: 'app-oom-killed', detail: 'container-limit', confidence: 'certain' });
    expect(finding.summary).toContain('its memory limit is 50Mi');
  });

  it('is known by its present state', () => {
    const status = { ...waiting('web', 'x'), state: { terminated: oomEnd } };
    expect(causesOf({ pod: notReadyPod([status], { spec: { containers: [limited] } }) })).toEqual([
      'app-oom-killed/container-limit certain',
    ]);
  });

  it('is likely while it runs again and is not ready yet', () => {
    const status = { ...crashing('web', oomEnd, 3), state: { running: { startedAt: ago(minutes(1)) } } };
    expect(causesOf({ pod: notReadyPod([status], { spec: { containers: [limited] } }) })).toEqual([
      'app-oom-killed/container-limit likely',
    ]);
  });

  it('may be the node, where there is no limit', () => {
    const nodeEvents = [inNode('SystemOOM', 'System OOM encountered, victim process: java, pid: 4242')];
    expect(causesOf({ pod: notReadyPod([crashing('web', oomEnd)]), nodeEvents })).toEqual(['app-oom-killed/node-memory certain']);
  });

  it.each([
    ['java', 1, 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
    ['java with ExitOnOutOfMemoryError', 3, 'Terminating due to java.lang.OutOfMemoryError: Java heap space'],
    ['node', 134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    ['go', 2, 'fatal error: runtime: out of memory'],
  ])('has its own heap full: %s', (_what, code, line) => {
    expect(causesOf({ pod: notReadyPod([crashing('web', anEnd(code))]), logs: [aLog(line)] })).toEqual([
      'app-oom-killed/heap-limit likely',
    ]);
  });

  it('is killed before it begins, where the limit is too low even for that', () => {
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown';
    expect(causesOf({ pod: notReadyPod([crashing('web', anEnd(128, 'StartError', { message }))]) })).toEqual([
      'app-oom-killed/container-limit certain',
    ]);
  });

  it('is an init container as well', () => {
    const pod = aPod({
      spec: { initContainers: [aContainer('migrate')], containers: [aContainer('web')] },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'Initialized', status: 'False' }],
        initContainerStatuses: [crashing('migrate', oomEnd)],
        containerStatuses: [waiting('web', 'PodInitializing')],
      },
    });
    const finding = theFinding({ pod });
    expect([finding.cause, finding.title]).toEqual([
      'app-oom-killed',
      'Init container migrate of shop/checkout-7d4f9c-x2x1z is killed for using too much memory',
    ]);
  });

  it('is not found from an end of days ago in a pod that is not ready for another reason', () => {
    const status = {
      ...crashing('web', anEnd(137, 'OOMKilled', { finishedAt: ago(hours(72)) }), 1),
      state: { running: { startedAt: ago(hours(72)) } },
    };
    const events = [
      anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', { container: 'web', count: 40 }),
    ];
    expect(causesOf({ pod: notReadyPod([status]), events })).toEqual(['app-readiness-probe-failing/http-status likely']);
  });

  it('is not found from the events of the node alone', () => {
    const nodeEvents = [inNode('SystemOOM', 'System OOM encountered, victim process: java, pid: 4242')];
    expect(causesOf({ pod: notReadyPod([running('web', { ready: false })]), nodeEvents })).toEqual([]);
  });

  it('is not concluded from exit code 137 alone', () => {
    expect(causesOf({ pod: notReadyPod([crashing('web', anEnd(137))]) })).toEqual(['app-crash-looping/exit-code likely']);
  });
});

describe('a pod that its node ended', () => {
  const failed = (reason: string, message: string) =>
    aPod({ status: { phase: 'Failed', reason, message, conditions: [], containerStatuses: [] } });

  it.each([
    [
      'Evicted',
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container web was using 900Mi, request is 100Mi, has larger consumption of memory. ',
      'app-oom-killed/evicted likely',
    ],
    [
      'Evicted',
      'The node was low on resource: ephemeral-storage. Container web was using 12Gi, which exceeds its request of 0. ',
      'app-crash-looping/evicted likely',
    ],
    ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ', 'app-crash-looping/evicted likely'],
    [
      'OutOfcpu',
      "Pod Node didn't have enough resource: cpu, requested: 500, used: 3900, capacity: 4000",
      'app-unschedulable/insufficient-cpu certain',
    ],
    ['OutOfmemory', "Pod was rejected: Node didn't have enough resource: memory", 'app-unschedulable/insufficient-memory certain'],
    ['OutOfpods', "Node didn't have enough resource: pods", 'app-unschedulable/too-many-pods certain'],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed', 'app-unschedulable/node-affinity certain'],
    [
      'UnexpectedAdmissionError',
      'Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected',
      'app-unschedulable/insufficient-other certain',
    ],
    ['TopologyAffinityError', 'Resources cannot be allocated with Topology locality', 'app-unschedulable/insufficient-other certain'],
    [
      'SMTAlignmentError',
      'SMT Alignment Error: requested 3 cpus not multiple cpus per core = 2',
      'app-unschedulable/insufficient-cpu certain',
    ],
    ['PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS", 'app-unschedulable/node-selector certain'],
    ['SysctlForbidden', 'forbidden sysctl: "net.core.somaxconn" not allowlisted', 'app-crash-looping/cannot-start certain'],
    ['AppArmor', 'Cannot enforce AppArmor: profile "x" is not loaded', 'app-crash-looping/cannot-start certain'],
    ['SomethingNewForbidden', 'the kubelet does not like it', 'app-unschedulable/- likely'],
    ['Evicted', 'The node was low on resource: pids. ', 'app-crash-looping/evicted likely'],
  ])('%s: %s', (reason, message, expected) => {
    expect(causesOf({ pod: failed(reason, message) })).toEqual([expected]);
  });

  it('is known by the event of its eviction before the status shows it', () => {
    const events = [
      anEvent('Evicted', 'The node was low on resource: memory. Container web was using 900Mi, which exceeds its request of 100Mi. '),
    ];
    expect(causesOf({ pod: notReadyPod([running('web', { ready: false })]), events })).toEqual(['app-oom-killed/evicted likely']);
  });

  it('by being shut down is no fault of the pod', () => {
    expect(causesOf({ pod: failed('Terminated', 'Pod was terminated in response to imminent node shutdown.') })).toEqual([]);
  });
});

describe('an init container', () => {
  const initPod = (status: ReturnType<typeof waiting>, container = aContainer('migrate')) =>
    aPod({
      spec: { initContainers: [container], containers: [aContainer('web')] },
      status: {
        phase: 'Pending',
        conditions: podConditions({ ready: false }).map((one) => (one.type === 'Initialized' ? { ...one, status: 'False' } : one)),
        initContainerStatuses: [status],
        containerStatuses: [waiting('web', 'PodInitializing')],
      },
    });

  it('that crashes is named, with its code and last line', () => {
    const finding = theFinding({
      pod: initPod(crashing('migrate', anEnd(1), 10)),
      logs: [aLog('FATAL: database "shop" does not exist', { container: 'migrate' })],
    });
    expect(finding).toMatchObject({ cause: 'app-init-failing', detail: 'exit-code', confidence: 'certain' });
    expect(finding.summary).toContain('Init container migrate of shop/checkout-7d4f9c-x2x1z exits with code 1 after 3 s');
    expect(finding.summary).toContain('database "shop" does not exist');
  });

  it('that ended with an error counts before its back-off', () => {
    expect(causesOf({ pod: initPod({ ...waiting('migrate', 'x'), state: { terminated: anEnd(2) } }) })).toEqual([
      'app-init-failing/exit-code certain',
    ]);
  });

  it('that cannot start says so', () => {
    const message = 'failed to create shim task: OCI runtime create failed: exec: "migrat": executable file not found in $PATH: unknown';
    expect(causesOf({ pod: initPod(crashing('migrate', anEnd(128, 'StartError', { message }))) })).toEqual([
      'app-init-failing/cannot-start certain',
    ]);
  });

  it.each([
    ['waiting for db:5432 ...', 'likely'],
    ["nc: bad address 'db'", 'possible'],
  ])('that never ends and says "%s"', (line, confidence) => {
    const pod = initPod(running('migrate', { ready: false, state: { running: { startedAt: ago(minutes(25)) } } }));
    expect(causesOf({ pod, logs: [aLog(line, { container: 'migrate' })] })).toEqual([`app-init-failing/not-finished ${confidence}`]);
  });

  it('that has only just begun is left in peace', () => {
    const pod = initPod(running('migrate', { ready: false, state: { running: { startedAt: ago(seconds(90)) } } }));
    expect(causesOf({ pod })).toEqual([]);
  });

  it('that has a missing image has an image cause', () => {
    expect(
      causesOf({
        pod: initPod(
          waiting('migrate', 'ImagePullBackOff', 'Back-off pulling image "registry.example/migrate:1.0": ErrImagePull: not found'),
        ),
      }),
    ).toEqual(['app-image-pull/not-found certain']);
  });

  it('that failed once and then did its work is forgotten', () => {
    const done = { ...crashing('migrate', anEnd(1), 1), ready: true, state: { terminated: anEnd(0, 'Completed') } };
    const pod = notReadyPod([running('web', { ready: false, state: { running: { startedAt: ago(seconds(20)) } } })], {
      spec: { initContainers: [aContainer('migrate')], containers: [aContainer('web')] },
      status: { initContainerStatuses: [done] },
    });
    expect(causesOf({ pod })).toEqual([]);
  });

  it('that is a sidecar and crashes after the start is a crash', () => {
    const pod = notReadyPod([running('web')], {
      spec: { initContainers: [aContainer('proxy', { restartPolicy: 'Always' })], containers: [aContainer('web')] },
      status: { initContainerStatuses: [crashing('proxy', anEnd(1))] },
    });
    expect(theFinding({ pod })).toMatchObject({
      cause: 'app-crash-looping',
      title: 'Sidecar proxy of shop/checkout-7d4f9c-x2x1z exits with code 1 after 3 s',
    });
  });

  it('that is a sidecar and holds up the start is an init failure', () => {
    const pod = initPod(crashing('migrate', anEnd(1)), aContainer('migrate', { restartPolicy: 'Always' }));
    expect(causesOf({ pod })).toEqual(['app-init-failing/exit-code certain']);
  });
});
