import { createPrintedSink } from '../sinks/slack/printed-sink.ts';
import { createSlackSink } from '../sinks/slack/sink.ts';
import type { SlackReceipt } from '../sinks/slack/content.ts';
import { openDeliveryPace } from '../store/delivery-pace.ts';
import { openDeliveryReceipts } from '../store/delivery-receipts.ts';
import type { DeliveryContext, DeliveryMetrics } from '../workers/deliver-incident.ts';
import { startDeliveryWorker } from '../workers/delivery-worker.ts';
import { slackRouting } from './slack-routing.ts';
import type { Stores } from './stores.ts';
import type { Shared } from './shared.ts';

/** Starts the delivery of incidents to Slack, or to the log where Slack is off. */
export function startDelivery(shared: Shared, { incidents, triages, alerts }: Stores): void {
  const { config, redis, logger, stack } = shared;
  const { slack, thresholds } = config;
  const off = slack.botToken === null;
  stack.use(
    startDeliveryWorker({
      incidents,
      triages,
      receipts: openDeliveryReceipts<SlackReceipt>(redis.patient, { keepMs: config.retentionMs }),
      pace: openDeliveryPace(redis.patient, { everyMs: thresholds.slackPostEveryMs }),
      sink: sinkOf(shared),
      channelsOf: off ? () => ['log'] : slackRouting(config.slackRoutes, slack.channel),
      ...(!off && config.slackRoutes.length > 0 && { labelsOf: labelsOfAlerts(alerts) }),
      render: { publicUrl: config.publicUrl, buttons: slack.signingSecret === null ? 'hidden' : 'shown' },
      connection: redis.patient,
      log: logger,
      metrics: deliveryMetrics(shared),
      editEachMs: thresholds.slackEditEveryMs,
    }),
  );
}

function labelsOfAlerts(alerts: Stores['alerts']): NonNullable<DeliveryContext['labelsOf']> {
  return async (incident) => {
    const known = await Promise.all(incident.alerts.map(async ({ fingerprint }) => alerts.get(fingerprint)));
    return known.flatMap((one) => (one === null ? [] : [one.alert.labels]));
  };
}

function sinkOf({ config, logger, print }: Shared): ReturnType<typeof createSlackSink> {
  const { botToken, apiUrl } = config.slack;
  if (botToken === null && print !== null) return createPrintedSink(print);
  if (botToken === null) {
    logger.info('SLACK_BOT_TOKEN is not set: messages are logged');
    return createPrintedSink(({ place, change, text, notification }) => {
      if (place === 'channel') logger.info({ change, text, notification }, 'message for people');
      else logger.debug({ change, text, notification }, 'evidence for people');
    });
  }
  return createSlackSink({
    token: botToken.reveal(),
    apiUrl: apiUrl ?? undefined,
    onWarning: (message, error) => logger.warn({ reason: error.message }, message),
  });
}

function deliveryMetrics({ config, metrics }: Shared): DeliveryMetrics {
  const sink = config.slack.botToken === null ? 'log' : 'slack';
  return {
    delivered: () => metrics.deliveries.inc({ sink }),
    rateLimited: () => metrics.deliveryFailures.inc({ sink, reason: 'rate-limited' }),
    refused: (_channel, reason) => metrics.deliveryFailures.inc({ sink, reason: reason.slice(0, 80) }),
  };
}
