import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aContainer,
  ago,
  anEnd,
  anEvent,
  aPod,
  crashing,
  minutes,
  notReadyPod,
  pendingPod,
  running,
  waiting,
} from '../../support/objects.ts';
import { causesOf, found } from './found.ts';

const messages = fc.constantFrom(
  'Readiness probe failed: HTTP probe failed with statuscode: 503',
  'Liveness probe failed: dial tcp 10.244.1.7:8080: connect: connection refused',
  'Failed to pull image "registry.example/web:1.0": not found',
  'MountVolume.SetUp failed for volume "c" : configmap "c" not found',
  '0/3 nodes are available: 3 Insufficient cpu.',
  'Container web failed liveness probe, will be restarted',
  'Error: secret "s" not found',
);
const reasons = fc.constantFrom('Unhealthy', 'Failed', 'FailedMount', 'FailedScheduling', 'Killing', 'BackOff', '');
const events = fc.array(
  fc
    .record({ reason: reasons, message: messages, age: fc.integer({ min: 0, max: minutes(60) }), count: fc.integer({ min: 0, max: 200 }) })
    .map(({ reason, message, age, count }) => anEvent(reason, message, { age, count, container: 'web' })),
  { maxLength: 6 },
);
const statuses = fc.constantFrom(
  running('web'),
  running('web', { ready: false }),
  waiting('web', 'ContainerCreating'),
  waiting('web', 'ImagePullBackOff'),
  waiting('web', 'CreateContainerConfigError'),
  crashing('web', anEnd(1)),
  crashing('web', anEnd(137, 'OOMKilled')),
);
const pods = fc.oneof(
  statuses.map((status) => notReadyPod([status])),
  fc.constant(pendingPod()),
);

describe('laws of the findings', () => {
  it('a Ready pod has none', () => {
    fc.assert(
      fc.property(events, statuses, (seen, status) => {
        const pod = aPod();
        expect(causesOf({ pod: { ...pod, status: { ...pod.status, containerStatuses: [status] } }, events: seen })).toEqual([]);
      }),
    );
  });

  it('a pod that is being deleted has none', () => {
    fc.assert(
      fc.property(events, pods, (seen, pod) => {
        expect(causesOf({ pod: { ...pod, metadata: { ...pod.metadata, deletionTimestamp: ago(0) } }, events: seen })).toEqual([]);
      }),
    );
  });

  it('each has proof, a title on one line, an action, and the workload as its subject', () => {
    fc.assert(
      fc.property(events, pods, (seen, pod) => {
        for (const one of found({ pod, events: seen })) {
          expect(one.exhibits.length).toBeGreaterThan(0);
          expect(one.title).not.toMatch(/\n|undefined|\?/);
          expect(one.summary).not.toMatch(/undefined/);
          expect(one.actions.length).toBeGreaterThan(0);
          expect(one.subject.name).toBe('checkout');
        }
      }),
    );
  });

  it('the events of another incarnation change nothing', () => {
    const about = { kind: 'Pod', name: 'checkout-7d4f9c-x2x1z', namespace: 'shop', uid: 'uid-before' };
    fc.assert(
      fc.property(events, pods, (seen, pod) => {
        const foreign = seen.map((event) => ({ ...event, involvedObject: { ...event.involvedObject, ...about } }));
        expect(causesOf({ pod, events: foreign })).toEqual(causesOf({ pod, events: [] }));
      }),
    );
  });

  it('evidence that could not be read proves nothing', () => {
    const bare = notReadyPod([waiting('web', 'ContainerCreating')], {
      spec: { containers: [aContainer('web', { envFrom: [{ configMapRef: { name: 'c' } }] })] },
    });
    expect(causesOf({ pod: bare })).toEqual([]);
  });

  it('the order in which events come does not matter', () => {
    fc.assert(
      fc.property(events, pods, (seen, pod) => {
        expect(found({ pod, events: seen.toReversed() })).toEqual(found({ pod, events: seen }));
      }),
    );
  });
});
