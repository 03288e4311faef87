import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Intake } from '../queue/intake.ts';
import { expectShallow } from './nesting.ts';
import { alertsOf, cutOffOf, originOf, webhookPayload } from './payload.ts';
import { orUnavailable } from './unavailable.ts';

const mib = 1024 * 1024;

const accepted = Type.Object({
  received: Type.Integer(),
  queued: Type.Integer(),
  deduplicated: Type.Integer(),
  resolved: Type.Integer(),
  ignored: Type.Integer(),
});

/** What became of the alerts of one webhook. */
export type AcceptedCounts = Readonly<Static<typeof accepted>>;

export interface WebhookOptions {
  readonly intake: Pick<Intake, 'accept'>;
  /** Run in order before the body is read. */
  readonly guards: readonly onRequestAsyncHookHandler[];
  readonly observe: (counts: AcceptedCounts) => void;
}

/** `POST /api/v1/alertmanager`: 202 once every alert is stored, 503 while that is not possible. */
export function alertmanagerRoute(app: FastifyInstance, { intake, guards, observe }: WebhookOptions): void {
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/alertmanager',
    {
      bodyLimit: 32 * mib,
      onRequest: [...guards],
      schema: {
        summary: 'Take the alerts of a webhook',
        description: 'Receiver for Alertmanager (payload version "4") and Grafana (version "1").',
        tags: ['alerts'],
        security: [{ webhookToken: [] }],
        body: webhookPayload,
        response: { 202: accepted },
      },
    },
    async (request, reply) => {
      const { body } = request;
      expectShallow(body);
      const origin = originOf(body);
      const sender = { origin, cutOff: cutOffOf(body) };
      const counts = await orUnavailable(intake.accept(alertsOf(body), sender), 'The alerts could not be stored: send them again');
      observe(counts);
      request.log.info({ ...counts, origin, truncated: body.truncatedAlerts ?? 0 }, 'alerts taken');
      return reply.code(202).send(counts);
    },
  );
}
