import type { MissingReason } from '../core/evidence.ts';
import { ReadError } from '../cluster/reader.ts';
import { EvidenceMissing } from './collector.ts';
import { StillReading } from './still-reading.ts';

/** Why evidence is missing, from what a read threw. */
export function reasonOf(error: unknown): { readonly reason: MissingReason; readonly why: string } {
  if (error instanceof EvidenceMissing || error instanceof ReadError) return { reason: error.reason, why: error.message };
  if (error instanceof StillReading) return { reason: 'timeout', why: error.message };
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return { reason: 'timeout', why: 'it did not answer in time' };
  }
  return { reason: 'failed', why: error instanceof Error ? error.message : String(error) };
}
