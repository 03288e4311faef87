import { describe, expect, it } from 'vitest';
import type { PersistentVolumeClaim, StorageClass } from '../../../src/cluster/wire.ts';
import { aContainer, ago, anEvent, minutes, notReadyPod, pendingPod, running, seconds, waiting } from '../../support/objects.ts';
import { causesOf, found as foundAll, theFinding } from './found.ts';

const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }];
const spec = { containers: [aContainer('web')], volumes };
const creating = notReadyPod([waiting('web', 'ContainerCreating')], { spec, status: { phase: 'Pending' } });
const unplaced = pendingPod({ spec });
const unboundWords =
  '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const said = (message: string) => anEvent('FailedScheduling', message, { component: 'default-scheduler' });
const mount = (message: string, changes: Parameters<typeof anEvent>[2] = {}) => anEvent('FailedMount', message, { count: 8, ...changes });

function aClaim(phase: string, claimSpec: PersistentVolumeClaim['spec'] = { storageClassName: 'fast' }): PersistentVolumeClaim {
  return { metadata: { name: 'data-db-0', namespace: 'shop', uid: 'uid-claim' }, spec: claimSpec, status: { phase } };
}

function aClass(name: string, changes: Partial<StorageClass> = {}): StorageClass {
  return { metadata: { name }, provisioner: 'ebs.csi.aws.com', volumeBindingMode: 'Immediate', ...changes };
}

const ofClaim = (reason: string, message: string) =>
  anEvent(reason, message, { about: { kind: 'PersistentVolumeClaim', name: 'data-db-0', namespace: 'shop', uid: 'uid-claim' } });

describe('a claim that is not bound', () => {
  it.each<[string, PersistentVolumeClaim, StorageClass[], string]>([
    ['its class does not exist', aClaim('Pending', { storageClassName: 'fsat' }), [aClass('fast')], 'there is no StorageClass fsat'],
    ['there is no default class', aClaim('Pending', {}), [aClass('fast')], 'none is the default'],
    ['it takes hand-made volumes only', aClaim('Pending', { storageClassName: '' }), [], 'none of them fits'],
    ['its provisioner does nothing', aClaim('Pending'), [aClass('fast')], 'provisioner ebs.csi.aws.com has not made its volume'],
    [
      'its class has no provisioner',
      aClaim('Pending'),
      [aClass('fast', { provisioner: 'kubernetes.io/no-provisioner' })],
      'has no provisioner',
    ],
    ['its volume is lost', aClaim('Lost', { volumeName: 'pv-7' }), [], 'phase Lost'],
    ['it asks for a certain volume', aClaim('Pending', { storageClassName: '', volumeName: 'pv-7' }), [], 'it asks for volume pv-7'],
  ])('because %s', (...[, claim, storageClasses, why]) => {
    const finding = theFindingOf('app-volume-mount', { pod: unplaced, events: [said(unboundWords)], claims: [claim], storageClasses });
    expect(finding).toMatchObject({ detail: 'unbound-claim', confidence: 'certain' });
    expect(finding.summary).toContain(why);
  });

  it('says what its provisioner says', () => {
    const claimEvents = [
      ofClaim(
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "fast": rpc error: code = Internal desc = VolumeLimitExceeded',
      ),
    ];
    expect(
      theFindingOf('app-volume-mount', {
        pod: unplaced,
        events: [said(unboundWords)],
        claims: [aClaim('Pending')],
        storageClasses: [aClass('fast')],
        claimEvents,
      }).summary,
    ).toContain('VolumeLimitExceeded');
  });

  it.each([
    unboundWords,
    'running "VolumeBinding" filter plugin for pod "db-0": pod has unbound immediate PersistentVolumeClaims',
    'pod has unbound immediate PersistentVolumeClaims (repeated 3 times)',
  ])('is known by the words of the scheduler alone: %s', (words) => {
    expect(causesOf({ pod: unplaced, events: [said(words)] })).toContain('app-volume-mount/unbound-claim certain');
  });

  it('keeps a pod from starting that has a node already', () => {
    const events = [
      mount('Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition'),
    ];
    expect(causesOf({ pod: creating, events, claims: [aClaim('Pending')], storageClasses: [aClass('fast')] })).toEqual([
      'app-volume-mount/unbound-claim certain',
    ]);
  });

  it('is as it should be while it waits for its first consumer', () => {
    const events = [said('0/2 nodes are available: 2 Insufficient cpu.')];
    const given = {
      pod: unplaced,
      events,
      claims: [aClaim('Pending')],
      storageClasses: [aClass('fast', { volumeBindingMode: 'WaitForFirstConsumer' })],
    };
    expect(causesOf(given)).toEqual(['app-unschedulable/insufficient-cpu certain']);
  });

  it('may not exist at all', () => {
    const words = 'persistentvolumeclaim "data-db-0" not found';
    expect(causesOf({ pod: unplaced, events: [said(`0/3 nodes are available: ${words}.`)], claims: [] })).toContain(
      'app-volume-mount/missing-object certain',
    );
    expect(causesOf({ pod: unplaced, events: [said(words)] })).toContain('app-volume-mount/missing-object certain');
  });

  it('is nothing when all claims are bound by now', () => {
    expect(
      causesOf({ pod: unplaced, events: [said(unboundWords)], claims: [aClaim('Bound')] }).filter((one) => one.startsWith('app-volume')),
    ).toEqual([]);
  });
});

describe('a volume that is not mounted', () => {
  it.each([
    [
      'attach-failed',
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    ],
    ['attach-failed', 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-1'],
    [
      'attach-failed',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-ca405a39" : "Error attaching EBS volume \\"vol-03affb8dd7a89e798\\"" to instance "i-0e5baf0b5de72611d" since volume is in "creating" state',
    ],
    [
      'attach-failed',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : timed out waiting for external-attacher of ebs.csi.aws.com CSI driver to attach volume vol-1',
    ],
    [
      'attach-failed',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = Could not attach volume "vol-1" to node "i-1": attachment of disk "vol-1" failed, expected device to be attached but was attaching',
    ],
    [
      'attach-failed',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : googleapi: Error 400: RESOURCE_IN_USE_BY_ANOTHER_RESOURCE - The disk resource is already being used',
    ],
    [
      'attach-failed',
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = rbd image csi-vol-1 is still being used',
    ],
    [
      'permission-denied',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = UnauthorizedOperation: You are not authorized to perform this operation',
    ],
    [
      'permission-denied',
      'FailedMount',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 Output: mount.nfs: access denied by server while mounting 192.0.2.9:/export',
    ],
    ['permission-denied', 'FailedMount', 'MountVolume.SetUp failed for volume "smb" : mount error(13): Permission denied'],
    [
      'missing-object',
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = InvalidVolume.NotFound: The volume \'vol-1\' does not exist.',
    ],
    [
      'missing-object',
      'FailedMount',
      'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /data/web is not a directory',
    ],
    [
      'missing-object',
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
    ],
    [
      'missing-object',
      'FailedMount',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 Output: mount.nfs: mounting 192.0.2.9:/exprot failed, reason given by server: No such file or directory',
    ],
    ['wrong-node', 'FailedMount', 'MountVolume.NodeAffinity check failed for volume "local-1" : no matching NodeSelectorTerms'],
    [
      'missing-object',
      'FailedMount',
      'MountVolume.NewMounter initialization failed for volume "local-1" : path "/mnt/disks/ssd1" does not exist',
    ],
    [
      'wrong-node',
      'FailedAttachVolume',
      "AttachVolume.Attach failed for volume \"pvc-1\" : InvalidVolume.ZoneMismatch: The volume 'vol-1' is not in the same availability zone as instance 'i-1'",
    ],
    ['mount-failed', 'FailedMount', 'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount'],
    [
      'mount-failed',
      'FailedMount',
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 Output: mount: wrong fs type, bad option, bad superblock on 192.0.2.9:/e, missing codepage or helper program',
    ],
  ])('%s: %s %s', (detail, reason, message) => {
    const events = [
      anEvent(reason, message, { count: 8 }),
      mount(
        'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data default-token-x]: timed out waiting for the condition',
        { age: seconds(5) },
      ),
    ];
    expect(causesOf({ pod: creating, events })).toEqual([`app-volume-mount/${detail} certain`]);
  });

  it('reads what newer kubelets say of the claim in the general wait', () => {
    const words = (why: string) => [
      mount(
        `Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC shop/data-db-0: ${why}`,
      ),
    ];
    expect(causesOf({ pod: creating, events: words('PVC is not bound') })).toEqual(['app-volume-mount/unbound-claim certain']);
    expect(
      causesOf({ pod: creating, events: words('failed to fetch PVC from API server: persistentvolumeclaim "data-db-0" not found') }),
    ).toEqual(['app-volume-mount/missing-object certain']);
  });

  it('is not decided by what the volume is called', () => {
    expect(
      causesOf({ pod: creating, events: [mount('MountVolume.SetUp failed for volume "forbidden-403" : mount failed: exit status 32')] }),
    ).toEqual(['app-volume-mount/mount-failed certain']);
  });

  it('waits in the words of old kubelets', () => {
    const words =
      'Unable to mount volumes for pod "db-0_shop(1234)": timeout expired waiting for volumes to attach or mount for pod "shop"/"db-0". list of unmounted volumes=[data]. list of unattached volumes=[data default-token-x]';
    expect(causesOf({ pod: creating, events: [mount(words)] })).toEqual(['app-volume-mount/- likely']);
  });

  it.each([
    'Output: mount.nfs: Connection timed out',
    'Output: mount.nfs: No route to host',
    'Output: Failed to resolve "fs-1.efs.eu-west-1.amazonaws.com" - check that your file system ID is correct',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /csi/csi.sock: connect: connection refused"',
    'rpc error: code = Aborted desc = an operation with the given Volume ID vol-1 already exists',
  ])('may be cut off by the network: %s', (output) => {
    expect(
      causesOf({ pod: creating, events: [mount(`MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32 ${output}`)] }),
    ).toEqual(['app-volume-mount/mount-failed likely']);
  });

  it('is likely where only the general wait is on record', () => {
    expect(
      causesOf({
        pod: creating,
        events: [
          mount(
            'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
          ),
        ],
      }),
    ).toEqual(['app-volume-mount/- likely']);
  });

  it('names volume, node and words', () => {
    const finding = theFinding({
      pod: creating,
      events: [mount('MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32')],
    });
    expect(finding.title).toBe('Volume nfs of shop/checkout-7d4f9c-x2x1z cannot be mounted: the mount fails');
    expect(finding.summary).toContain('on node worker-1');
    expect(finding.actions.map(({ command }) => command)).toContain('kubectl describe pvc -n shop data-db-0');
  });

  it('is nothing once the pod got further', () => {
    const early = mount('MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32', { age: minutes(9) });
    const pulled = anEvent('Pulling', 'Pulling image "registry.example/web:1.0"', { age: minutes(3), type: 'Normal', container: 'web' });
    expect(causesOf({ pod: creating, events: [early, pulled] })).toEqual([]);
  });

  it('is nothing in a pod that runs', () => {
    const pod = notReadyPod([running('web', { ready: false, state: { running: { startedAt: ago(seconds(20)) } } })], { spec });
    expect(
      causesOf({ pod, events: [mount('MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32', { age: minutes(5) })] }),
    ).toEqual([]);
  });

  it('is nothing while a sandbox cannot be made, since mounts come first', () => {
    const events = [
      mount('MountVolume.SetUp failed for volume "nfs" : mount failed', { age: minutes(5) }),
      anEvent('FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="calico" failed (add)'),
    ];
    expect(causesOf({ pod: creating, events })).toEqual([]);
  });
});

function theFindingOf(cause: string, given: Parameters<typeof causesOf>[0]) {
  const finding = foundAll(given).find((one) => one.cause === cause);
  if (finding === undefined) throw new Error(`no ${cause} among ${JSON.stringify(causesOf(given))}`);
  return finding;
}
