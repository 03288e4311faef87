import { createHash } from 'node:crypto';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import type { ObjectMeta } from '../../src/cluster/wire.ts';

/** The moment at which the cluster was "recorded"; the demo shifts all times so that this is now. */
export const recordedAt = new Date('2026-03-14T03:12:00Z');

/** RFC 3339, so many minutes before the recording. */
export function minutesAgo(minutes: number): string {
  return new Date(recordedAt.getTime() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

export const days = 24 * 60;

/** The same UID for the same object at every run. */
export function uidOf(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** Letters as Kubernetes puts them behind generated names (k8s.io/apimachinery: util/rand). */
export function suffixOf(text: string, length: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length }, (_, index) => letters[(digest[index] ?? 0) % letters.length]).join('');
}

interface Naming {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly ageMinutes?: number;
  readonly meta?: Partial<ObjectMeta>;
}

export function metadata({ kind, name, namespace, ageMinutes = 90 * days, meta = {} }: Naming): ObjectMeta {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: uidOf(kind, namespace ?? '', name),
    resourceVersion: String(9_000_000 - Math.round(ageMinutes)),
    creationTimestamp: minutesAgo(ageMinutes),
    ...meta,
  };
}

/** An object of any kind; `apiVersion` and `kind` first, as kubectl prints them. */
export function object(apiVersion: string, naming: Naming, rest: Record<string, unknown>): AnyObject {
  return { apiVersion, kind: naming.kind, metadata: metadata(naming), ...rest };
}
