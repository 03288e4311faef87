import type { Incident } from '../../incidents/incident.ts';
import type { ActionsBlock, Button } from './blocks.ts';

/** The buttons' action ids, as they come back in interactions. `open` is a link that needs no answer. */
export const actionIds = {
  open: 'podnet_triage_open',
  retriage: 'podnet_triage_retriage',
  acknowledge: 'podnet_triage_acknowledge',
  dispute: 'podnet_triage_dispute',
} as const;

/** What a button carries: the incident it stands under and the triage that it spoke of. */
export interface ButtonValue {
  readonly incident: string;
  readonly triage: string;
}

/** The buttons under an incident's message: those that still make sense. */
export function buttons(incident: Incident, url: string): ActionsBlock {
  const value = JSON.stringify({ incident: incident.id, triage: incident.triage } satisfies ButtonValue);
  const open = incident.status === 'open';
  const elements: Button[] = [
    { type: 'button', action_id: actionIds.open, text: label('Open diagnosis'), url },
    ...(open ? [button(actionIds.retriage, 'Triage again', value)] : []),
    ...(open && !incident.acknowledged ? [button(actionIds.acknowledge, 'Acknowledge', value)] : []),
    ...(incident.disputed ? [] : [button(actionIds.dispute, 'Wrong diagnosis', value)]),
  ];
  return { type: 'actions', elements };
}

function button(actionId: string, text: string, value: string): Button {
  return { type: 'button', action_id: actionId, text: label(text), value };
}

function label(text: string): Button['text'] {
  return { type: 'plain_text', text };
}
