import { describe, expect, it } from 'vitest';
import type { DiagnosedCause, Diagnosis, EvidenceItem } from '../../../src/core/diagnosis.ts';
import { targetText } from '../../../src/sinks/headline.ts';
import { plainText } from '../../../src/sinks/slack/plain.ts';
import { findingKey, renderEvidence } from '../../../src/sinks/slack/evidence.ts';
import { renderIncident } from '../../../src/sinks/slack/render.ts';
import type { SlackContent } from '../../../src/sinks/slack/content.ts';
import { prose } from '../../../src/sinks/slack/mrkdwn.ts';
import { alertOf, diagnosisOf, incidentOf, sampleDiagnoses } from '../../support/diagnoses.ts';
import { textsOf } from '../../support/slack-limits.ts';

const options = { publicUrl: 'https://triage.example.com/', buttons: 'hidden' } as const;
const diagnosis = diagnosisOf();
const sample = (name: string): Diagnosis => sampleDiagnoses[name] as Diagnosis;
const read = (content: SlackContent): string => plainText({ content, channel: '', thread: null });
const labels = ({ blocks }: SlackContent): string[] =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements.map(({ text }) => text.text) : []));

describe('a message', () => {
  it('comes in the order in which somebody reads who was just woken', () => {
    const text = read(renderIncident(incidentOf(diagnosis), diagnosis, options));

    const order = [
      'has no free address',
      'All 61 usable',
      'FailedCreate',
      'Impact:',
      'Next:',
      'Then:',
      'Ruled out:',
      'Not checked:',
      'Full diagnosis',
    ];
    const places = order.map((part) => text.indexOf(part === 'FailedCreate' ? 'Failed to create pod sandbox' : part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('tells the locked phone the cause first and how far it reaches', () => {
    const incident = incidentOf(diagnosis, { alerts: Array.from({ length: 42 }, (_, index) => alertOf(index)) });

    expect(renderIncident(incident, diagnosis, options).text).toBe(
      'Pod CIDR 10.244.3.0/26 of node worker-3 has no free address · 42 pods in 7 namespaces, first at 10:03 UTC',
    );
  });

  it('shows an event once that Kubernetes told in several, and leaves room for other proof', () => {
    const event = (id: string, name: string, text: string): EvidenceItem => ({
      id,
      at: null,
      text,
      source: { kind: 'Event', namespace: 'shop', name, container: null, field: null },
    });
    const evidence = [
      event(
        'e1',
        'a.18a1',
        'FailedCreatePodSandBox (71 times): (combined from similar events): sandbox "ea8ba70bea8c4542": no IP addresses',
      ),
      event('e2', 'a.18a2', 'FailedCreatePodSandBox: sandbox "0fe539f80fe5d82f": no IP addresses'),
      event('e3', 'b.18a3', 'FailedCreatePodSandBox: sandbox "1fe539f80fe5d82f": no IP addresses'),
    ];
    const rootCause = { ...(diagnosis.rootCause as DiagnosedCause), evidence: ['e1', 'e2', 'e3'] };

    const text = read(renderIncident(incidentOf(diagnosis), diagnosisOf({ rootCause, evidence }), options));

    expect(['a.18a1', 'a.18a2', 'b.18a3'].map((name) => text.includes(name))).toEqual([true, false, true]);
  });

  it('names what its only alert is about, and of several how many', () => {
    const alone = read(renderIncident(incidentOf(diagnosis), diagnosis, options));
    const several = incidentOf(diagnosis, { alerts: [alertOf(0), alertOf(1)] });

    expect(alone).toContain(`${diagnosis.alert.alertname}, ${targetText(diagnosis.target)} · confidence`);
    expect(read(renderIncident(several, diagnosis, options))).toContain(`${diagnosis.alert.alertname} · confidence`);
  });

  it('does not claim to have ruled out the closing question of a runbook', () => {
    const closing = {
      runbook: 'PodIPConflict',
      number: 7,
      title: 'What else',
      verdict: 'ruled-out',
      why: 'nothing',
      evidence: [],
    } as const;

    const text = read(renderIncident(incidentOf(diagnosis), diagnosisOf({ rules: [...diagnosis.rules, closing] }), options));

    expect(text).toContain('Ruled out:');
    expect(text).not.toContain('What else');
  });

  it('leads to the incident’s page', () => {
    const { blocks } = renderIncident(incidentOf(diagnosis, { id: 'a/b c' }), diagnosis, options);

    expect(JSON.stringify(blocks)).toContain('<https://triage.example.com/incidents/a%2Fb%20c|Full diagnosis>');
  });

  it('has buttons only where Slack’s requests can be verified', () => {
    const incident = incidentOf(diagnosis);

    expect(labels(renderIncident(incident, diagnosis, options))).toEqual([]);
    expect(labels(renderIncident(incident, diagnosis, { ...options, buttons: 'shown' }))).toEqual([
      'Open diagnosis',
      'Triage again',
      'Acknowledge',
      'Wrong diagnosis',
    ]);
  });

  it('says who took it on and offers no second acknowledgement', () => {
    const incident = incidentOf(diagnosis, { acknowledged: { by: 'maria', at: '2026-11-21T10:05:00Z' } });
    const content = renderIncident(incident, diagnosis, { ...options, buttons: 'shown' });

    expect(read(content)).toContain('acknowledged by maria at 10:05 UTC');
    expect(labels(content)).not.toContain('Acknowledge');
  });

  it('marks what disrupts', () => {
    expect(read(renderIncident(incidentOf(diagnosis), diagnosis, options))).toContain('Let new pods go to other nodes (disruptive)');
  });

  it('never shows half a command', () => {
    const long = diagnosisOf({ nextActions: [{ title: 'Look', command: `kubectl get pod ${'x'.repeat(5000)}`, risk: 'read-only' }] });

    const text = read(renderIncident(incidentOf(long), long, options));

    expect(text).not.toContain('kubectl get pod x');
    expect(text).toContain('copy it from the page');
  });

  it('of an alert without a cause claims none and says what is open', () => {
    const nothing = sample('nothing found');
    const text = read(renderIncident(incidentOf(nothing), nothing, options));

    expect(text).toMatch(/^No cause found/);
    expect(text).toContain('node routes (no agent on worker-3)');
    expect(text).not.toContain('confidence');
  });

  it('of a pod that recovered speaks of no impact, and asks nobody to do anything', () => {
    const recovered = { ...sample('recovered'), nextActions: diagnosis.nextActions };

    expect(read(renderIncident(incidentOf(recovered), recovered, options))).not.toMatch(/Impact:|Next:|kubectl/);
  });

  it('begins with how long it took when it is over, with the headline struck out', () => {
    const over = { status: 'resolved', resolvedAt: '2026-11-21T10:17:12Z', firstSeen: '2026-11-21T10:03:00Z' } as const;
    const { text, blocks } = renderIncident(incidentOf(diagnosis, over), diagnosis, options);

    expect(text).toMatch(/^Resolved after 14 min: Pod CIDR/);
    expect(textsOf(blocks)[0]).toBe('Resolved after 14 min: ~Pod CIDR 10.244.3.0/26 of node worker-3 has no free address~');
  });

  it('of an incident that its alerts have left for another one says so, and not that it is over', () => {
    const left = { status: 'resolved', resolvedAt: '2026-11-21T10:17:12Z', alerts: [] } as const;
    const { text, blocks } = renderIncident(incidentOf(diagnosis, left), diagnosis, options);

    expect(text).toMatch(/^Told of in another incident by now: Pod CIDR/);
    expect(textsOf(blocks)[0]).toMatch(/^Told of in another incident by now: ~Pod CIDR .*~$/);
    expect(textsOf(blocks).join()).not.toContain('Resolved');
  });

  it('does without the diagnosis when that is not stored any more', () => {
    expect(read(renderIncident(incidentOf(diagnosis), null, options))).toContain('has no free address');
  });
});

describe('the evidence', () => {
  it('shows the proof, every rule’s verdict and what was not checked', () => {
    const text = read(renderEvidence(diagnosis, 'inc-1', 'https://triage.example.com/incidents/inc-1'));

    expect(text).toContain('no IP addresses available in range set');
    for (const { title } of diagnosis.rules) expect(text).toContain(title);
    expect(text).toContain('kubectl debug node/worker-3');
  });

  it('is another one for another cause, not for other figures', () => {
    const other = diagnosisOf({
      rootCause: { ...diagnosis.rootCause, summary: 'All 62 …', title: 'Other figures' } as Diagnosis['rootCause'],
    });

    expect(findingKey(other)).toBe(findingKey(diagnosis));
    expect(findingKey(sample('an overlap with a symptom'))).not.toBe(findingKey(diagnosis));
  });
});

describe('prose', () => {
  it.each([
    ['10.244.3.0/26 of node worker-3', '10.244.3.0/26 of node worker-3'],
    ['a < b && c > d', 'a &lt; b &amp;&amp; c `&gt;` d'],
    ['share fd00:10:244:100::1a twice', 'share `fd00:10:244:100::1a` twice'],
    ['<!channel> @here', '&lt;!channel&gt; `@here`'],
    ['*v1.Pod _x_ ~y', '`*v1.Pod` `_x_` `~y`'],
    ['net.ipv4.conf.all.rp_filter=1', 'net.ipv4.conf.all.rp_filter=1'],
    ['get https://10.96.0.1:443', 'get `https://10.96.0.1:443`'],
    ['at 10:02:58 UTC', 'at 10:02:58 UTC'],
  ])('%j is written %j', (text, expected) => {
    expect(prose(text, 1000)).toBe(expected);
  });

  it('is cut between characters, not within what is written for them', () => {
    expect(prose('&'.repeat(100), 23)).toMatch(/^(?:&amp;)+…$/);
  });
});
