import { policyKinds, resourceName } from '../kinds.ts';
import type { AnyObject, Kind, Kinds } from '../kinds.ts';
import { logEnd } from '../log-end.ts';
import { ReadError } from '../reader.ts';
import type { Listing, ListQuery, LogQuery, ObjectRef } from '../reader.ts';
import { selector } from '../selectors/select.ts';
import { SelectorError } from '../selectors/selector-error.ts';
import type { Pod } from '../wire.ts';
import type { Contents } from './contents.ts';
import { logKey } from './log-path.ts';
import type { LogRef } from './log-path.ts';
import type { Snapshot } from './snapshot.ts';
import { fileErrorText } from './problem.ts';
import type { Problem } from './problem.ts';

interface Captured {
  readonly objects: readonly AnyObject[];
  /** True when it is known that there are more. */
  readonly partial: boolean;
  readonly assumed?: string;
}

/** Of these, an empty list in a file proves nothing: they are captured only when there is at least one. */
const neverEmpty: readonly Kind[] = ['Pod', 'Node', 'Event'];

/** Answers as the API server would from what a snapshot directory holds. */
export class SnapshotReader implements Snapshot {
  readonly source = 'snapshot';
  readonly name: string;
  readonly problems: readonly Problem[];
  readonly #contents: Contents;
  readonly #now: Date;
  readonly #objects = new Map<Kind, readonly AnyObject[] | undefined>();
  readonly #absentLogs: ReadonlySet<string>;

  constructor(name: string, contents: Contents, now: Date) {
    this.name = name;
    this.problems = contents.problems.list;
    this.#contents = contents;
    this.#now = now;
    this.#absentLogs = new Set(contents.manifest?.absentLogs.map(logKey));
  }

  now(): Date {
    return this.#now;
  }

  async get<K extends Kind>(kind: K, ref: ObjectRef, signal?: AbortSignal): Promise<Kinds[K] | undefined> {
    stopIfAborted(signal);
    const { objects } = this.#captured(kind, ref.namespace);
    const found = objects.filter(
      ({ metadata }) => metadata?.name === ref.name && (ref.namespace === undefined || metadata.namespace === ref.namespace),
    );
    // A pod that was deleted and created anew while the files were written is there twice.
    const newest = found.toSorted((a, b) => created(b) - created(a))[0];
    const unread = this.#contents.unread.fileOf(kind);
    if (newest === undefined && unread !== undefined) throw new ReadError('not-captured', mayHoldMore(unread, kind));
    return newest as Kinds[K] | undefined;
  }

  async list<K extends Kind>(kind: K, query: ListQuery = {}): Promise<Listing<Kinds[K]>> {
    return this.collect(kind, query, (object) => object);
  }

  async collect<K extends Kind, T>(kind: K, query: ListQuery, pick: (object: Kinds[K]) => T | undefined): Promise<Listing<T>> {
    stopIfAborted(query.signal);
    const isSelected = selectorOf(kind, query);
    const { objects, partial, assumed } = this.#captured(kind, query.namespace);
    const selected = objects.filter(isSelected);
    const limited = query.limit === undefined ? selected : selected.slice(0, query.limit);
    const items = limited.map((object) => pick(object as Kinds[K])).filter((item) => item !== undefined);
    const unread = this.#contents.unread.fileOf(kind);
    return {
      items,
      truncated: partial || unread !== undefined || limited.length < selected.length,
      ...(assumed === undefined ? {} : { assumed }),
      ...(unread === undefined ? {} : { lacks: mayHoldMore(unread, kind) }),
    };
  }

  async logs(query: LogQuery): Promise<string | undefined> {
    stopIfAborted(query.signal);
    const ref = { namespace: query.namespace, pod: query.pod, container: query.container, previous: query.previous ?? false };
    const text = await this.#contents.logs.read(ref).catch((error: unknown) => {
      throw new ReadError('failed', `The file of ${describeLog(ref)} ${fileErrorText(error)}`, { cause: error });
    });
    if (text === undefined) return this.#absentLog(ref);
    return text === '' && ref.previous ? undefined : logEnd(text, query);
  }

  async close(): Promise<void> {
    this.#objects.clear();
  }

  /** Undefined where the log is known not to exist; throws where the snapshot only lacks it. */
  #absentLog(ref: LogRef): undefined {
    if (this.#absentLogs.has(logKey(ref))) return undefined;
    const { logs } = this.#contents;
    // Whoever captured the present run would have captured the one before, or his tool cannot.
    if (ref.previous && logs.has({ ...ref, previous: false })) return undefined;
    if (!logs.isEmpty && this.#neverRan(ref)) return undefined;
    const failure = logs.failure(ref);
    const what = describeLog(ref);
    throw new ReadError(
      'not-captured',
      failure === undefined
        ? `${this.name} does not hold ${logs.isEmpty ? 'any log' : what}`
        : `${this.name} does not hold ${what}; when it was written, kubectl was told: ${failure}`,
    );
  }

  #neverRan(ref: LogRef): boolean {
    const pod = this.#objectsOf('Pod')?.find(({ metadata }) => metadata?.name === ref.pod && metadata.namespace === ref.namespace) as
      | Pod
      | undefined;
    const statuses = [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])];
    const status = statuses.find(({ name }) => name === ref.container);
    if (status === undefined)
      return pod !== undefined && pod.status?.containerStatuses === undefined && pod.status?.startTime === undefined;
    if (ref.previous) return status.restartCount === 0;
    return status.restartCount === 0 && status.state?.waiting !== undefined && status.lastState?.terminated === undefined;
  }

  #objectsOf(kind: Kind): readonly AnyObject[] | undefined {
    if (!this.#objects.has(kind)) this.#objects.set(kind, this.#contents.objects.objects(kind));
    return this.#objects.get(kind);
  }

  #captured(kind: Kind, namespace: string | undefined): Captured {
    const objects = this.#objectsOf(kind);
    const told = this.#contents.manifest?.kinds[kind];
    if (told !== undefined) {
      if (told.missing !== null) throw new ReadError(told.missing.reason, `${told.missing.why} (when the snapshot ${this.name} was taken)`);
      if (namespace !== undefined && told.namespaces?.includes(namespace) === false) {
        throw new ReadError('not-captured', `${this.name} holds ${resourceName(kind)} of namespace ${told.namespaces.join(', ')} only`);
      }
      return { objects: objects ?? [], partial: told.truncated || (namespace === undefined && told.namespaces !== null) };
    }
    if (objects !== undefined) return { objects, partial: false };
    if (this.#contents.listed.has(kind) && !neverEmpty.includes(kind)) return { objects: [], partial: false };
    const unread = this.#contents.unread.fileOf(kind);
    if (unread !== undefined) throw new ReadError('not-captured', mayHoldMore(unread, kind));
    if ((policyKinds as readonly Kind[]).includes(kind)) {
      return { objects: [], partial: false, assumed: `${this.name} holds no ${resourceName(kind)}: that the cluster has none is assumed` };
    }
    throw new ReadError('not-captured', `${this.name} holds no ${resourceName(kind)}: they were not captured`);
  }
}

function mayHoldMore(file: string, kind: Kind): string {
  return `${file} could not be read and may hold ${resourceName(kind)}`;
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ReadError('timeout', 'Reading the snapshot was stopped', { cause: signal.reason });
}

function describeLog({ namespace, pod, container, previous }: LogRef): string {
  return `the ${previous ? 'previous ' : ''}log of container ${container} of pod ${namespace}/${pod}`;
}

function created(object: AnyObject): number {
  return Date.parse(object.metadata?.creationTimestamp ?? '') || 0;
}

function selectorOf(kind: Kind, query: ListQuery): (object: AnyObject) => boolean {
  try {
    return selector(kind, query);
  } catch (error) {
    if (error instanceof SelectorError) throw new ReadError('failed', error.message, { cause: error });
    throw error;
  }
}
