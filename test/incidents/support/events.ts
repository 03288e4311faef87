import type { ClusterEvent, KubernetesObject } from '../../../src/cluster/wire.ts';
import { before, beforeMicro } from './clock.ts';

/** What an event says and when. */
export interface EventText {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  /** When it was last seen; a minute ago unless said otherwise. */
  readonly minutesAgo?: number;
  readonly firstMinutesAgo?: number;
  readonly count?: number;
  /** Who writes it; the kubelet unless said otherwise. */
  readonly from?: 'kubelet' | 'scheduler' | 'controller';
  readonly fieldPath?: string;
}

interface EventParts {
  readonly host: string;
  readonly uid: string;
  readonly serial: number;
}

/** The event as its writer leaves it: the kubelet with timestamps and a count, the scheduler with eventTime and null for those. */
export function eventObject(about: KubernetesObject, text: EventText, parts: EventParts): ClusterEvent {
  const { name = '', namespace, uid } = about.metadata ?? {};
  const { reason, message, type = 'Warning', minutesAgo = 1, firstMinutesAgo = Math.max(15, minutesAgo), count = 12, from = 'kubelet', fieldPath } = text;
  const isNode = about.kind === 'Node';
  const base = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.18${parts.serial.toString(16).padStart(14, '0')}`, namespace: namespace ?? 'default', uid: parts.uid, creationTimestamp: before(firstMinutesAgo) },
    involvedObject: {
      kind: about.kind ?? '',
      name,
      ...(namespace === undefined ? {} : { namespace }),
      // The kubelet writes the node's name as the uid of its node events.
      ...(isNode && from === 'kubelet' ? { uid: name } : uid === undefined ? {} : { uid }),
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    reason,
    message,
    type,
  };
  if (from === 'scheduler') {
    const series = count > 1 ? { series: { count, lastObservedTime: beforeMicro(minutesAgo) } } : {};
    return { ...base, action: 'Scheduling', eventTime: beforeMicro(firstMinutesAgo), firstTimestamp: null, lastTimestamp: null, reportingComponent: 'default-scheduler', reportingInstance: 'default-scheduler-cp-1', source: {}, ...series } as unknown as ClusterEvent;
  }
  const component = from === 'kubelet' ? 'kubelet' : 'node-controller';
  const times = { firstTimestamp: before(firstMinutesAgo), lastTimestamp: before(minutesAgo), count, eventTime: null };
  const reporter = { source: { component, ...(from === 'kubelet' ? { host: parts.host } : {}) }, reportingComponent: component, reportingInstance: from === 'kubelet' ? parts.host : '' };
  return { ...base, ...times, ...reporter } as unknown as ClusterEvent;
}

/** The same event as `kubectl get events.v1.events.k8s.io` shows it. */
export function asEventsV1(event: ClusterEvent): ClusterEvent {
  const { involvedObject, message, source, reportingComponent, firstTimestamp, lastTimestamp, count, ...rest } = event;
  return {
    ...rest,
    apiVersion: 'events.k8s.io/v1',
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent ?? source?.component ?? '',
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  } as unknown as ClusterEvent;
}
