import { describe, expect, it, test } from 'vitest';
import type { ActionsBlock } from '../../../src/sinks/slack/blocks.ts';
import { buttons } from '../../../src/sinks/slack/buttons.ts';
import { handleInteraction, readInteraction } from '../../../src/sinks/slack/interactions.ts';
import { slackResponder } from '../../../src/sinks/slack/respond.ts';
import { diagnosisOf, incidentOf } from '../../support/diagnoses.ts';

const incident = incidentOf(diagnosisOf(), { id: 'inc-7', triage: 't-9' });
const responseUrl = 'https://hooks.slack.com/actions/T1/1/x';

/** What Slack sends when the button with this label is pressed. */
function pressed(label: string): object {
  const block: ActionsBlock = buttons(incident, 'https://triage.example.com/incidents/inc-7');
  const button = block.elements.find(({ text }) => text.text === label);
  return {
    type: 'block_actions',
    user: { id: 'U1', username: 'maria', team_id: 'T1' },
    channel: { id: 'C0ALERTS1', name: 'alerts' },
    message: { ts: '1700000000.000100' },
    response_url: responseUrl,
    actions: [{ type: 'button', action_id: button?.action_id, block_id: 'x', value: button?.value, action_ts: '1700000001.000100' }],
  };
}

function recorder() {
  const calls: unknown[][] = [];
  const record =
    (name: string, answer?: unknown) =>
    async (...given: unknown[]): Promise<never> => {
      calls.push([name, ...given]);
      return answer as never;
    };
  const dependencies = {
    retriage: record('retriage', { id: 't-10' }),
    acknowledge: record('acknowledge'),
    dispute: record('dispute'),
    respond: record('respond'),
  };
  return { calls, dependencies };
}

describe('a pressed button', () => {
  it('"Triage again" queues another triage of the same alert and says who asked', async () => {
    const { calls, dependencies } = recorder();

    expect(await handleInteraction(pressed('Triage again'), dependencies)).toEqual({ status: 200 });

    expect(calls[0]).toEqual(['retriage', 't-9', 'asked for in Slack by maria']);
    expect(calls[1]?.slice(0, 2)).toEqual(['respond', responseUrl]);
  });

  it('"Acknowledge" is stored with the name', async () => {
    const { calls, dependencies } = recorder();

    await handleInteraction(pressed('Acknowledge'), dependencies);

    expect(calls[0]).toEqual(['acknowledge', 'inc-7', 'maria']);
  });

  it('"Wrong diagnosis" is stored with the triage that spoke', async () => {
    const { calls, dependencies } = recorder();

    await handleInteraction(pressed('Wrong diagnosis'), dependencies);

    expect(calls[0]).toEqual(['dispute', 'inc-7', 't-9', 'maria']);
  });

  it('says so when the triage has expired', async () => {
    const { calls, dependencies } = recorder();

    await handleInteraction(pressed('Triage again'), { ...dependencies, retriage: async () => null });

    expect(JSON.stringify(calls)).toContain('not stored any more');
  });

  it('that is only a link asks for nothing', async () => {
    const { calls, dependencies } = recorder();

    expect(await handleInteraction(pressed('Open diagnosis'), dependencies)).toEqual({ status: 200 });

    expect(calls).toEqual([]);
  });
});

test('a press is answered to Slack without waiting for what the person is told', async () => {
  const { dependencies } = recorder();
  const respond = async (): Promise<never> => new Promise<never>(() => undefined);

  expect(await handleInteraction(pressed('Acknowledge'), { ...dependencies, respond })).toEqual({ status: 200 });
});

describe('a payload', () => {
  it.each([null, [], 'x', {}, { type: 'block_actions' }, { type: 'block_actions', actions: [] }])('%j is malformed', (payload) => {
    expect(readInteraction(payload).kind).toBe('malformed');
  });

  it.each(['', 'not json', '[]', '{"incident":1,"triage":"t"}', '{"__proto__":{"incident":"x","triage":"y"}}'])(
    'whose button carries %j is malformed',
    (value) => {
      const payload = { type: 'block_actions', actions: [{ action_id: 'podnet_triage_acknowledge', value }] };

      expect(readInteraction(payload).kind).toBe('malformed');
    },
  );

  it('of another kind, or of a button of others, asks for nothing', () => {
    expect(readInteraction({ type: 'view_submission' }).kind).toBe('none');
    expect(readInteraction({ type: 'block_actions', actions: [{ action_id: 'theirs', value: '{}' }] }).kind).toBe('none');
  });
});

describe('the answer to the person', () => {
  it.each(['http://169.254.169.254/latest', 'https://hooks.slack.com.evil.example/x', 'http://hooks.slack.com/x'])(
    'goes to Slack alone, not to %s',
    async (url) => {
      const errors: unknown[] = [];

      await slackResponder((error) => errors.push(error))(url, 'x');

      expect(String(errors[0])).toContain("is not Slack's");
    },
  );
});
