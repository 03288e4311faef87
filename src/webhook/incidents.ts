import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.ts';
import type { IncidentFilter, IncidentStore } from '../store/incident-store.ts';
import { incidentAnswer, incidentList } from './answers.ts';
import { idParameter, isId, pageOf, pageParameters } from './paging.ts';
import { orUnavailable } from './unavailable.ts';
import { incidentItem, incidentView } from './views.ts';
import { nameFilter, targetFilters } from './list-filters.ts';

export interface IncidentRoutesOptions {
  readonly incidents: Pick<IncidentStore, 'get' | 'list'>;
  readonly publicUrl: string;
  readonly guard: onRequestAsyncHookHandler;
}

const listQuery = Type.Object(
  {
    status: Type.Optional(Type.Unsafe<'open' | 'resolved'>({ type: 'string', enum: ['open', 'resolved'] })),
    rootCause: nameFilter,
    ...targetFilters,
    ...pageParameters,
  },
  { additionalProperties: false },
);

const secured = { tags: ['incidents'], security: [{ apiToken: [] }] };
const notRead = 'The incidents cannot be read at the moment: try again';

/** `GET /api/v1/incidents` and `GET /api/v1/incidents/{id}`. */
export function incidentRoutes(app: FastifyInstance, { incidents, publicUrl, guard }: IncidentRoutesOptions): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();

  typed.get(
    '/api/v1/incidents',
    {
      onRequest: guard,
      schema: { ...secured, summary: 'List incidents, newest first', querystring: listQuery, response: { 200: incidentList } },
    },
    async ({ query }) => {
      const { limit, cursor, ...filter } = query;
      const { items, next } = await orUnavailable(incidents.list(filter as IncidentFilter, pageOf({ limit, cursor })), notRead);
      return { items: items.map((item) => incidentItem(item, publicUrl)), next };
    },
  );

  typed.get(
    '/api/v1/incidents/:id',
    {
      onRequest: guard,
      schema: { ...secured, summary: 'Read one incident with its alerts', params: idParameter, response: { 200: incidentAnswer } },
    },
    async ({ params: { id } }) => {
      const incident = isId(id) ? await orUnavailable(incidents.get(id), notRead) : null;
      if (incident === null) throw new Refusal(404, 'There is no such incident, or it has expired');
      return incidentView(incident, publicUrl);
    },
  );
}
