import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { Guard } from './access.ts';
import { answerError } from './error-handler.ts';

type Queue = ConstructorParameters<typeof BullMQAdapter>[0];

/** `/queues`: the dashboard of the queues, whatever it is asked only behind the guard. */
export async function queuesBoard(app: FastifyInstance, options: { queues: readonly Queue[]; guard: Guard }): Promise<void> {
  const board = new FastifyAdapter().setBasePath('/queues');
  createBullBoard({
    queues: options.queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'podnet-triage' } },
  });
  await app.register(
    async (scope) => {
      // The board has an error handler of its own, which would tell a refusal as its own failure.
      scope.addHook('onRequest', async (request, reply) =>
        options.guard(request, reply).catch(async (error: unknown) => answerError(error, request, reply)),
      );
      scope.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      await scope.register(board.registerPlugin());
    },
    { prefix: '/queues' },
  );
}
