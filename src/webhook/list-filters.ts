import { Type } from 'typebox';
import type { TriageStatus } from '../store/triage-record.ts';

/** A name to filter a list by. */
export const nameFilter = Type.Optional(Type.String({ maxLength: 300 }));

/** The filters by what an alert is about. */
export const targetFilters = { alertname: nameFilter, namespace: nameFilter, pod: nameFilter, node: nameFilter };

/** Every state of a triage, in the order of its life. */
export const triageStatuses: readonly TriageStatus[] = ['queued', 'running', 'done', 'failed', 'cancelled'];
