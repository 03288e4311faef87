import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, onRequestAsyncHookHandler } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.ts';
import { renderIncidentPage } from '../sinks/web/incident-page.ts';
import { renderListPage } from '../sinks/web/list-page.ts';
import { renderTriagePage } from '../sinks/web/triage-page.ts';
import type { IncidentStore } from '../store/incident-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import { idParameter, isId } from './paging.ts';
import { orUnavailable } from './unavailable.ts';
import { nameFilter, targetFilters, triageStatuses } from './list-filters.ts';
import type { TriageStatus } from '../store/triage-record.ts';

export interface PagesOptions {
  readonly triages: Pick<TriageStore, 'get' | 'list'>;
  readonly incidents: Pick<IncidentStore, 'get' | 'list'>;
  readonly publicUrl: string;
  readonly guard: onRequestAsyncHookHandler;
}

const status = Type.Optional(Type.Unsafe<TriageStatus | ''>({ type: 'string', enum: [...triageStatuses, ''] }));
const listQuery = Type.Object({ ...targetFilters, rootCause: nameFilter, status, cursor: nameFilter });

const notRead = 'Nothing can be read at the moment, because the store does not answer: load the page again in a while';
const triagesShown = 50;
const incidentsShown = 20;

/** `GET /`, `/triages/{id}` and `/incidents/{id}`: triages and incidents as pages for people. */
export function pages(app: FastifyInstance, { triages, incidents, publicUrl, guard }: PagesOptions): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const route = { onRequest: guard };

  typed.get('/', { ...route, schema: { hide: true, querystring: listQuery } }, async ({ query }, reply) => {
    const { cursor, ...fields } = query;
    // An empty field of the form is no filter.
    const filter = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
    const [found, recent] = await orUnavailable(
      Promise.all([
        triages.list(filter, { limit: triagesShown, cursor: cursor ?? null }),
        incidents.list({}, { limit: incidentsShown, cursor: null }),
      ]),
      notRead,
    );
    const content = { incidents: recent.items, triages: found.items, filter, next: found.next };
    return page(reply, renderListPage(content, { publicUrl }));
  });

  typed.get('/triages/:id', { ...route, schema: { hide: true, params: idParameter } }, async ({ params: { id } }, reply) => {
    const record = isId(id) ? await orUnavailable(triages.get(id), notRead) : null;
    if (record === null) throw new Refusal(404, 'There is no such triage, or it has expired');
    return page(reply, renderTriagePage(record, { publicUrl }));
  });

  typed.get('/incidents/:id', { ...route, schema: { hide: true, params: idParameter } }, async ({ params: { id } }, reply) => {
    const incident = isId(id) ? await orUnavailable(incidents.get(id), notRead) : null;
    if (incident === null) throw new Refusal(404, 'There is no such incident, or it has expired');
    const speaking = await orUnavailable(triages.get(incident.triage), notRead);
    return page(reply, renderIncidentPage(incident, speaking?.diagnosis ?? null, { publicUrl }));
  });
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(html);
}
