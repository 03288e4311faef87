import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { Alert } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { Refusal } from '../http/refusal.ts';
import type { IncidentNote } from '../incidents/incident.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import { idParameter, isId } from './paging.ts';
import { orUnavailable } from './unavailable.ts';

export interface RecordingRouteOptions {
  readonly triages: Pick<TriageStore, 'get' | 'recording'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly guard: onRequestAsyncHookHandler;
}

/** All that a triage went by, from which its diagnosis can be made again. */
export interface RecordedTriage {
  readonly schema: 'podnet-triage/recording/v1';
  readonly triage: string;
  readonly alert: Alert;
  readonly diagnosis: Diagnosis;
  /** Who called the diagnosis wrong; null where nobody did. */
  readonly disputed: IncidentNote | null;
  readonly recording: Recording;
}

const notRead = 'The recording cannot be read at the moment: try again';

/** `GET /api/v1/triages/{id}/recording`: the evidence as it was collected, to look into a diagnosis or to make a test of it. */
export function recordingRoute(app: FastifyInstance, { triages, incidents, guard }: RecordingRouteOptions): void {
  const read = async (id: string): Promise<RecordedTriage | null> => {
    const [record, recording] = await Promise.all([triages.get(id), triages.recording(id)]);
    if (record?.diagnosis === undefined || record.diagnosis === null || recording === null) return null;
    const incident = record.incident === null ? null : await incidents.get(record.incident);
    const { alert, diagnosis } = record;
    return { schema: 'podnet-triage/recording/v1', triage: id, alert, diagnosis, disputed: incident?.disputed ?? null, recording };
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/triages/:id/recording',
    {
      onRequest: guard,
      schema: {
        tags: ['triages'],
        security: [{ apiToken: [] }],
        summary: 'Read the evidence of one triage',
        params: idParameter,
        response: { 200: Type.Unsafe<RecordedTriage>({ type: 'object', description: 'podnet-triage/recording/v1' }) },
      },
    },
    async ({ params: { id } }) => {
      const recorded = isId(id) ? await orUnavailable(read(id), notRead) : null;
      if (recorded === null) throw new Refusal(404, 'There is no such triage, it has not ended yet, or its evidence has expired');
      return recorded;
    },
  );
}
