import type { RequestTriage } from '../queue/request-triage.ts';
import type { InteractionDependencies } from '../sinks/slack/interactions.ts';
import type { Stores } from './stores.ts';

/** How long the evidence of a disputed diagnosis is kept at least: long enough for somebody to make a test of it. */
const disputedForMs = 90 * 24 * 3_600_000;

export interface ButtonDependencies extends Stores {
  readonly requestTriage: RequestTriage;
  readonly respond: InteractionDependencies['respond'];
}

/** What the buttons under a Slack message do. */
export function slackButtons({ triages, incidents, requestTriage, respond }: ButtonDependencies): InteractionDependencies {
  const now = (): string => new Date().toISOString();
  return {
    async retriage(triage, reason) {
      const record = await triages.get(triage);
      if (record === null) return null;
      const { fingerprint, labels } = record.alert;
      const known = fingerprint === null ? null : await requestTriage({ fingerprint, reason });
      return known ?? requestTriage({ labels, reason });
    },
    acknowledge: async (incident, by) => incidents.acknowledge(incident, { by, at: now() }),
    async dispute(incident, triage, by) {
      await incidents.dispute(incident, { by, at: now() });
      await triages.keep(triage, disputedForMs);
    },
    respond,
  };
}
