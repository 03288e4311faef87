import type { AnyObject } from '../kinds.ts';

/**
 * Keeps the newest of the times that tell when a snapshot was taken. Dates that lie ahead by their nature (expiry of
 * certificates, deletion deadlines) are never looked at.
 */
export class NewestTime {
  #newest: number | undefined;

  /** The newest time seen, in milliseconds; undefined before the first. */
  get value(): number | undefined {
    return this.#newest;
  }

  see(time: unknown): void {
    if (typeof time !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(time)) return;
    const value = Date.parse(time);
    if (!Number.isNaN(value) && value > (this.#newest ?? -Infinity)) this.#newest = value;
  }

  /** Sees the creation, the condition, container-state, event and lease times of an object. */
  seeObject(object: AnyObject): void {
    this.see(object.metadata?.creationTimestamp);
    const status = fields(object['status']);
    for (const condition of list(status['conditions'])) this.#seeAll(condition, conditionTimes);
    for (const name of statusLists) for (const container of list(status[name])) this.#seeContainer(container);
    if (object.kind === 'Event') this.#seeEvent(object);
    if (object.kind === 'Lease') this.#seeAll(fields(object['spec']), ['acquireTime', 'renewTime']);
  }

  /** Sees the RFC 3339 times with which lines of a log begin. */
  seeLog(text: string): void {
    for (const [time] of text.matchAll(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)/gm))
      this.see(time.replace(',', '.'));
  }

  #seeEvent(event: AnyObject): void {
    this.#seeAll(event, ['firstTimestamp', 'lastTimestamp', 'eventTime', 'deprecatedFirstTimestamp', 'deprecatedLastTimestamp']);
    this.see(fields(event['series'])['lastObservedTime']);
  }

  #seeContainer(container: Fields): void {
    for (const name of ['state', 'lastState']) {
      const state = fields(container[name]);
      this.#seeAll(fields(state['running']), ['startedAt']);
      this.#seeAll(fields(state['terminated']), ['startedAt', 'finishedAt']);
    }
  }

  #seeAll(object: Fields, names: readonly string[]): void {
    for (const name of names) this.see(object[name]);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const conditionTimes = ['lastTransitionTime', 'lastHeartbeatTime', 'lastProbeTime', 'lastUpdateTime'];
const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
