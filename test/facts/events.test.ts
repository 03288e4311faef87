import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../src/cluster/wire.ts';
import { byTime, eventExhibit, eventsOf, isFresh, observe, withReason, wording } from '../../src/facts/events.ts';
import { ago, anEvent, minutes, moment, now } from '../support/objects.ts';

/** As the scheduler writes it through events.k8s.io: no timestamps but eventTime and a series. */
const modern: ClusterEvent = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'modern', namespace: 'shop', creationTimestamp: ago(minutes(40)) },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'checkout', uid: 'u1' },
  reason: 'FailedScheduling',
  message: '0/3 nodes are available',
  type: 'Warning',
  eventTime: '2026-03-14T09:50:00.123456Z',
  series: { count: 7, lastObservedTime: '2026-03-14T10:29:00.000000Z' },
  count: 0,
  reportingComponent: 'default-scheduler',
};
Object.assign(modern, { firstTimestamp: null, lastTimestamp: null });

describe('observe', () => {
  it('takes the time of an event without timestamps from its series', () => {
    expect(observe(modern)).toMatchObject({
      firstAt: '2026-03-14T09:50:00.123456Z',
      lastAt: '2026-03-14T10:29:00.000000Z',
      count: 7,
      component: 'default-scheduler',
    });
  });

  it('reads the names of events.k8s.io/v1', () => {
    const event: ClusterEvent = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'x', namespace: 'shop' },
      regarding: { kind: 'Pod', namespace: 'shop', name: 'checkout', uid: 'u1', fieldPath: 'spec.initContainers{migrate}' },
      note: 'Back-off restarting failed container',
      reason: 'BackOff',
      deprecatedFirstTimestamp: ago(minutes(9)),
      deprecatedLastTimestamp: ago(minutes(2)),
      deprecatedCount: 4,
      deprecatedSource: { component: 'kubelet', host: 'worker-1' },
    };
    expect(observe(event)).toMatchObject({
      message: 'Back-off restarting failed container',
      object: { name: 'checkout', uid: 'u1', container: 'migrate' },
      firstAt: ago(minutes(9)),
      lastAt: ago(minutes(2)),
      count: 4,
      component: 'kubelet',
      host: 'worker-1',
    });
  });

  it.each([
    ['spec.containers{web}: Failed to pull image', 'web'],
    ['(combined from similar events): spec.initContainers{migrate}: Error', 'migrate'],
    ['Failed to pull image', null],
  ])('finds the container in the words "%s"', (message, container) => {
    expect(observe(anEvent('Failed', message)).object.container).toBe(container);
  });

  it("passes over Go's time that was never set", () => {
    const event = {
      ...anEvent('Failed', 'x'),
      firstTimestamp: '0001-01-01T00:00:00Z',
      lastTimestamp: '0001-01-01T00:00:00Z',
      eventTime: now,
    };
    expect(observe(event).lastAt).toBe(now);
  });

  it('gives no time where there is none', () => {
    const event = observe({ metadata: { name: 'x' }, reason: 'Failed', message: 'x' });
    expect(event).toMatchObject({ firstAt: null, lastAt: null, count: 1, object: { uid: null } });
    expect(isFresh(event, moment, minutes(10))).toBe(false);
  });
});

describe('byTime', () => {
  it('orders events of all flavours from oldest to newest, undated ones first', () => {
    const undated = { metadata: { name: 'undated' }, reason: 'Undated', message: '' } as ClusterEvent;
    const events = byTime([anEvent('New', 'b', { age: 0 }), modern, anEvent('Old', 'a', { age: minutes(30) }), undated]);
    expect(events.map(({ reason }) => reason)).toEqual(['Undated', 'Old', 'FailedScheduling', 'New']);
  });

  it('gives the same order whatever order events with one time come in', () => {
    const [a, b] = [anEvent('A', 'one'), anEvent('B', 'longer')];
    expect(byTime([a, b])).toEqual(byTime([b, a]));
  });
});

describe('what is asked of events', () => {
  it('speaks without the prefixes that clients and kubectl add', () => {
    const event = observe(anEvent('Failed', '(combined from similar events): spec.containers{web}: Error: ErrImagePull'));
    expect(wording(event)).toBe('Error: ErrImagePull');
  });

  it('leaves out the events of another incarnation, but takes node events by name', () => {
    const events = byTime([
      anEvent('Mine', 'x'),
      anEvent('Theirs', 'x', { about: { kind: 'Pod', name: 'checkout-7d4f9c-x2x1z', namespace: 'shop', uid: 'uid-before' } }),
      anEvent('OfNode', 'x', { about: { kind: 'Node', name: 'worker-1', uid: 'worker-1' } }),
    ]);
    const pod = eventsOf(events, { kind: 'Pod', name: 'checkout-7d4f9c-x2x1z', namespace: 'shop', uid: 'uid-checkout' });
    const node = eventsOf(events, { kind: 'Node', name: 'worker-1', uid: '8c1a-uid' });
    expect([pod, node].map((list) => list.map(({ reason }) => reason))).toEqual([['Mine'], ['OfNode']]);
  });

  it('finds reasons and freshness', () => {
    const events = byTime([
      anEvent('Unhealthy', 'x', { age: minutes(50) }),
      anEvent('Unhealthy', 'y', { age: minutes(3) }),
      anEvent('Pulled', 'z'),
    ]);
    const unhealthy = withReason(events, 'Unhealthy', 'Killing');
    expect(unhealthy.map((event) => isFresh(event, moment, minutes(10)))).toEqual([false, true]);
  });

  it('shows an event with its reason, count and time', () => {
    const shown = eventExhibit(observe(anEvent('Unhealthy', 'Readiness probe failed', { count: 12, container: 'web' })));
    expect(shown).toMatchObject({
      at: ago(minutes(1)),
      text: 'Unhealthy (12 times): Readiness probe failed',
      source: { kind: 'Event', container: 'web' },
    });
  });
});
