import type { ClusterReader } from '../reader.ts';
import type { Problem } from './problem.ts';

/** A cluster as files: a reader, and what could not be read of it. */
export interface Snapshot extends ClusterReader {
  readonly problems: readonly Problem[];
}
