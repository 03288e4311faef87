import type { FastifyInstance } from 'fastify';
import { apiGuard, type Guard, webhookGuard } from '../http/access.ts';
import { refuseEncodedBodies } from '../http/encoded-bodies.ts';
import { limitLargeBodies } from '../http/large-bodies.ts';
import { loginRoutes } from '../http/login.ts';
import { queuesBoard } from '../http/queues-board.ts';
import { Refusal } from '../http/refusal.ts';
import { createSessions } from '../http/session.ts';
import { targetOf } from '../core/target.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createAnnounce } from '../queue/announce.ts';
import { createIntake, type Intake } from '../queue/intake.ts';
import type { IntakeJob, TriageJob } from '../queue/jobs.ts';
import { openProducer } from '../queue/producer.ts';
import { createRequestTriage, type RequestTriage } from '../queue/request-triage.ts';
import { isReady } from '../redis/connection.ts';
import { claimedAlerts } from '../runbooks/select.ts';
import { handleInteraction } from '../sinks/slack/interactions.ts';
import { slackResponder } from '../sinks/slack/respond.ts';
import { type AcceptedCounts, alertmanagerRoute } from '../webhook/alertmanager.ts';
import { incidentRoutes } from '../webhook/incidents.ts';
import { pages } from '../webhook/pages.ts';
import { recordingRoute } from '../webhook/recordings.ts';
import { slackInteractions } from '../webhook/slack-interactions.ts';
import { triageRoutes } from '../webhook/triages.ts';
import { claims } from './claims.ts';
import type { ClusterRouting } from './cluster-routing.ts';
import { type ButtonContext, slackButtons } from './slack-buttons.ts';
import { openStores, type Stores } from './stores.ts';
import type { Shared } from './shared.ts';

const largeBodies = { bytes: 1024 * 1024, atOnce: 4 };

/** Adds every route that takes alerts, answers people and programs, and shows pages. */
export async function openWebhook(app: FastifyInstance, shared: Shared, clusterRouting: ClusterRouting): Promise<void> {
  const { config, logger, metrics, redis } = shared;
  const { publicUrl } = config;
  const stores = openStores(redis.failFast, config);
  const requestTriage = openRequests(shared, stores);
  refuseEncodedBodies(app);
  const guard = await openAccess(app, shared);

  alertmanagerRoute(app, {
    intake: openIntake(shared, stores, clusterRouting),
    guards: [webhookGuard(config.webhookToken?.reveal() ?? null), limitLargeBodies(largeBodies)],
    observe: (counts) => countAlerts(counts, metrics),
  });
  const askable = {
    alertnames: claimedAlerts(config.runbooks),
    servesCluster: (labels: Readonly<Record<string, string>>) => clusterRouting.placeOf(labels).kind !== 'elsewhere',
  };
  triageRoutes(app, { triages: stores.triages, requestTriage, askable, publicUrl, guard });
  recordingRoute(app, { ...stores, guard });
  incidentRoutes(app, { incidents: stores.incidents, publicUrl, guard });
  pages(app, { ...stores, publicUrl, guard });
  await openButtons(app, shared, { ...stores, requestTriage });
  await queuesBoard(app, { queues: Object.values(shared.queues).filter(isQueue), guard: whileRedisAnswers(guard, shared) });
  if (config.webhookToken === null) logger.warn('WEBHOOK_TOKEN is not set: anybody who reaches this address may send alerts');
}

function countAlerts({ queued, deduplicated, resolved, ignored }: AcceptedCounts, metrics: Metrics): void {
  for (const [fate, count] of Object.entries({ queued, deduplicated, resolved, ignored })) metrics.alerts.inc({ fate }, count);
}

function openIntake({ config, logger, redis, stack }: Shared, { alerts }: Stores, clusterRouting: ClusterRouting): Intake {
  const onError = (error: Error): void => logger.warn({ err: error }, 'the intake has trouble with Redis');
  const producer = stack.use(openProducer<IntakeJob>({ queue: 'intake', redis: redis.failFast, onError }));
  return createIntake({ producer, stored: alerts, claims: claims({ mapping: config.runbooks, clusterRouting, logger }), onError });
}

function openRequests({ logger, redis, stack }: Shared, { alerts, triages }: Stores): RequestTriage {
  const onError = (error: Error): void => logger.warn({ err: error }, 'requests for triages have trouble with Redis');
  const producer = stack.use(openProducer<TriageJob>({ queue: 'triage', redis: redis.failFast, onError }));
  return createRequestTriage({
    producer,
    alerts,
    record: async (job) => triages.create([{ ...job, id: job.triage, target: targetOf(job.alert.labels) }]),
  });
}

async function openAccess(app: FastifyInstance, { config }: Shared): Promise<Guard> {
  const { publicUrl } = config;
  const token = config.apiToken?.reveal() ?? null;
  if (token === null) return apiGuard(null, publicUrl);
  const access = { token, sessions: createSessions(token) };
  await loginRoutes(app, { access, publicUrl });
  return apiGuard(access, publicUrl);
}

async function openButtons(
  app: FastifyInstance,
  { config, logger, queues }: Shared,
  dependencies: Stores & { readonly requestTriage: RequestTriage },
): Promise<void> {
  const { signingSecret, apiUrl } = config.slack;
  const onError = (error: unknown): void => logger.warn({ err: error }, 'the person who pressed a button could not be told');
  const respond = apiUrl === null ? slackResponder(onError) : slackResponder(onError, apiUrl);
  const onDisputed: ButtonContext['onDisputed'] = (dispute) =>
    logger.info(dispute, 'a diagnosis was called wrong; its evidence is kept for 90 days');
  // The stores fail fast, so that this one, which waits for Redis, is not asked while Redis is away.
  const announce = createAnnounce(queues.delivery);
  const buttons = slackButtons({ ...dependencies, announce, onDisputed, respond });
  await slackInteractions(app, {
    signingSecret: signingSecret?.reveal() ?? null,
    async handle(payload) {
      const answer = await handleInteraction(payload, buttons);
      if (answer.status === 400) throw new Refusal(400, answer.error);
    },
  });
}

/** The dashboard asks on a connection that waits for Redis, and would not answer at all. */
function whileRedisAnswers(guard: Guard, { redis }: Shared): Guard {
  return async (request, reply) => {
    await guard(request, reply);
    if (!isReady(redis.patient))
      throw new Refusal(503, 'The queues cannot be read at the moment: try again', { headers: { 'retry-after': '5' } });
  };
}

type Queue = Parameters<typeof queuesBoard>[1]['queues'][number];

function isQueue(value: unknown): value is Queue {
  return typeof value === 'object' && value !== null && 'getJobCounts' in value;
}
