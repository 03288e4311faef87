import type { Announce } from '../queue/announce.ts';
import type { RequestTriage } from '../queue/request-triage.ts';
import type { InteractionContext } from '../sinks/slack/interactions.ts';
import type { Stores } from './stores.ts';

/** How long the evidence of a disputed diagnosis is kept at least: long enough for somebody to make a test of it. */
const disputedForMs = 90 * 24 * 3_600_000;

export interface ButtonContext extends Stores {
  readonly requestTriage: RequestTriage;
  /** Has the message say who acknowledged it or called it wrong. */
  readonly announce: Announce;
  /** A diagnosis was called wrong, and its evidence is kept. */
  readonly onDisputed: (dispute: { readonly incident: string; readonly triage: string; readonly by: string }) => void;
  readonly respond: InteractionContext['respond'];
}

/** What the buttons under a Slack message do. */
export function slackButtons(context: ButtonContext): InteractionContext {
  const { triages, incidents, requestTriage, announce, onDisputed, respond } = context;
  const now = (): string => new Date().toISOString();
  const changed = async (incident: string): Promise<void> => announce({ incident, opened: false, left: null });
  return {
    async retriage(triage, reason) {
      const record = await triages.get(triage);
      if (record === null) return null;
      const { fingerprint, labels } = record.alert;
      const known = fingerprint === null ? null : await requestTriage({ fingerprint, reason });
      return known ?? requestTriage({ labels, reason });
    },
    async acknowledge(incident, by) {
      await incidents.acknowledge(incident, { by, at: now() });
      await changed(incident);
    },
    async dispute(incident, triage, by) {
      await triages.keep(triage, disputedForMs);
      await incidents.dispute(incident, { by, at: now() });
      onDisputed({ incident, triage, by });
      await changed(incident);
    },
    respond,
  };
}
