import type { Kind, Kinds } from './kinds.ts';

/** Why something could not be read. `not-installed`: the API does not serve the kind. `not-captured`: a snapshot lacks it. */
export type UnreadableReason = 'forbidden' | 'unauthorized' | 'timeout' | 'unreachable' | 'not-installed' | 'not-captured' | 'failed';

/** A read that failed, told apart from "it does not exist" (which is `undefined`). */
export class ReadError extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReadError';
    this.reason = reason;
  }
}

export interface ObjectRef {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListQuery {
  /** One namespace; absent = all of them. */
  readonly namespace?: string | undefined;
  /** Kubernetes label selector, e.g. `k8s-app=calico-node`. */
  readonly labelSelector?: string | undefined;
  /** Kubernetes field selector, e.g. `spec.nodeName=worker-1`. */
  readonly fieldSelector?: string | undefined;
  /** The most items to return; the listing says when it was cut. Absent = all. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Listing<T> {
  readonly items: readonly T[];
  /** True when the limit cut the list. */
  readonly truncated: boolean;
  /** Set when "none" is an assumption: a snapshot holds no object of a kind that may well have none. */
  readonly assumed?: string;
  /** Set when there may be more than these, whatever was asked for: a snapshot has a file that could not be read. */
  readonly lacks?: string;
}

export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The log of the container's previous run. */
  readonly previous?: boolean;
  /** The last lines only. */
  readonly tailLines?: number;
  /** The most bytes returned; the newest are kept. */
  readonly limitBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one interface that evidence comes through: a live cluster or a snapshot directory. Objects are wire JSON.
 *
 * Absent is not missing: `get` gives undefined for an object that does not exist and throws a ReadError for one that
 * could not be read. Nothing is cached and nothing is retried above what the transport itself retries.
 */
export interface ClusterReader {
  readonly source: 'live' | 'snapshot';
  /** What people call it: the kubeconfig context, or the snapshot's directory. */
  readonly name: string;
  /** The present: the wall clock of a live cluster, the newest time in a snapshot. */
  now(): Date;
  get<K extends Kind>(kind: K, ref: ObjectRef, signal?: AbortSignal): Promise<Kinds[K] | undefined>;
  /** Lists in the server's order. Throws ReadError `not-installed` when the API does not serve the kind. */
  list<K extends Kind>(kind: K, query?: ListQuery): Promise<Listing<Kinds[K]>>;
  /**
   * Lists page by page and keeps only what `pick` returns (undefined drops the object), so that a large list is never
   * in memory as a whole.
   */
  collect<K extends Kind, T>(kind: K, query: ListQuery, pick: (object: Kinds[K]) => T | undefined): Promise<Listing<T>>;
  /** The log as text with RFC 3339 time prefixes; undefined when the container has no such log (never ran, or rotated away). */
  logs(query: LogQuery): Promise<string | undefined>;
  close(): Promise<void>;
}
