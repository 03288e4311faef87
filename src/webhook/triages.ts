import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, onRequestAsyncHookHandler } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.ts';
import type { RequestTriage } from '../queue/request-triage.ts';
import type { TriageFilter } from '../store/triage-record.ts';
import type { TriageStore } from '../store/triage-store.ts';
import { bareDiagnosis, queuedTriage, triageAnswer, triageList } from './answers.ts';
import { awaitTriage } from './await-triage.ts';
import { idParameter, isId, pageOf, pageParameters } from './paging.ts';
import { type Askable, triageRequestBody, triageRequestOf } from './triage-request.ts';
import { orUnavailable } from './unavailable.ts';
import { triageItem, triageUrl, triageView } from './views.ts';
import { nameFilter, targetFilters, triageStatuses } from './list-filters.ts';
import type { TriageStatus } from '../store/triage-record.ts';

export interface TriageRoutesOptions {
  readonly triages: Pick<TriageStore, 'get' | 'list'>;
  readonly requestTriage: RequestTriage;
  readonly askable: Askable;
  readonly publicUrl: string;
  readonly guard: onRequestAsyncHookHandler;
}

const listQuery = Type.Object(
  {
    ...targetFilters,
    rootCause: nameFilter,
    status: Type.Optional(Type.Unsafe<TriageStatus>({ type: 'string', enum: [...triageStatuses] })),
    ...pageParameters,
  },
  { additionalProperties: false },
);

const secured = { tags: ['triages'], security: [{ apiToken: [] }] };
const notRead = 'The triages cannot be read at the moment: try again';

/** `POST` and `GET /api/v1/triages`, `GET /api/v1/triages/{id}`. */
export function triageRoutes(app: FastifyInstance, options: TriageRoutesOptions): void {
  const { triages, publicUrl, guard } = options;
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  requestRoute(app, options);

  typed.get(
    '/api/v1/triages',
    {
      onRequest: guard,
      schema: { ...secured, summary: 'List triages, newest first', querystring: listQuery, response: { 200: triageList } },
    },
    async ({ query }) => {
      const { limit, cursor, ...filter } = query;
      const { items, next } = await orUnavailable(triages.list(filter as TriageFilter, pageOf({ limit, cursor })), notRead);
      return { items: items.map((item) => triageItem(item, publicUrl)), next };
    },
  );

  typed.get(
    '/api/v1/triages/:id',
    {
      onRequest: guard,
      schema: { ...secured, summary: 'Read one triage with its diagnosis', params: idParameter, response: { 200: triageAnswer } },
    },
    async ({ params: { id } }) => {
      const record = isId(id) ? await orUnavailable(triages.get(id), notRead) : null;
      if (record === null) throw new Refusal(404, 'There is no such triage, or it has expired');
      return triageView(record, publicUrl);
    },
  );
}

function requestRoute(app: FastifyInstance, { triages, requestTriage, askable, publicUrl, guard }: TriageRoutesOptions): void {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/triages',
    {
      onRequest: guard,
      schema: {
        ...secured,
        summary: 'Triage an alert now',
        description: 'Runs afresh, whatever ran before. With `wait` the bare diagnosis when it is ready in time.',
        body: triageRequestBody,
        querystring: Type.Object(
          { wait: Type.Optional(Type.String({ description: 'Seconds to wait for the diagnosis, at most 60' })) },
          { additionalProperties: false },
        ),
        response: { 200: bareDiagnosis, 202: queuedTriage },
      },
    },
    async ({ body, query }, reply) => {
      const waitMs = waitOf(query.wait);
      const told = 'The triage could not be queued: try again';
      const queued = await orUnavailable(requestTriage(triageRequestOf(body, askable)), told);
      if (queued === null) throw new Refusal(404, 'No alert with this fingerprint is known');
      const url = triageUrl(publicUrl, queued.id);
      const signal = AbortSignal.any([closing.signal, closed(reply)]);
      const record = waitMs === 0 ? null : await awaitTriage(triages, queued.id, { ms: waitMs, signal });
      if (record?.diagnosis) return record.diagnosis;
      return reply
        .code(202)
        .header('location', url)
        .send({ id: queued.id, url, status: record?.status ?? 'queued' });
    },
  );
}

function waitOf(wait: string | undefined): number {
  if (wait === undefined) return 0;
  if (!/^\d{1,2}$/.test(wait) || Number(wait) > 60) throw new Refusal(400, 'wait must be a whole number of seconds from 0 to 60');
  return Number(wait) * 1000;
}

/** Ends when nobody waits for the answer any more. */
function closed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
