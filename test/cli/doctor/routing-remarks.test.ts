import { readFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { routingRemarks, type RoutingWish } from '../../../src/cli/doctor/routing-remarks.ts';

const wish: RoutingWish = {
  about: 'Alertmanager',
  receiver: null,
  alertnames: ['KubePodNotReady', 'KubeNetworkPluginError'],
  pagerGroupWaitMs: 30_000,
};
const triage = { receiver: 'triage', group_by: ['...'], group_wait: '0s', continue: true };
const pager = { receiver: 'pager', group_wait: '30s' };
const webhook = { url: 'http://podnet-triage:8080/api/v1/alertmanager' };

function configOf(routes: readonly object[], hook: object = webhook): string {
  return stringify({
    route: { receiver: 'nobody', routes },
    receivers: [{ name: 'nobody' }, { name: 'pager' }, { name: 'triage', webhook_configs: [hook] }],
  });
}

function said(config: string, changes: Partial<RoutingWish> = {}): readonly string[] {
  return routingRemarks(config, { ...wish, ...changes }).map(({ verdict, what, cure }) => `${verdict}: ${what} -> ${cure ?? ''}`);
}

test('the shipped example is as it should be', async () => {
  const example = await readFile(new URL('../../../deploy/alertmanager/alertmanager.yml', import.meta.url), 'utf8');

  expect(said(example)).toEqual([expect.stringMatching(/^good: its routes lead every alert to triage at once/)]);
});

describe('a configuration in which', () => {
  it('the triage route does not continue leaves nobody else to page', () => {
    const { continue: _, ...stops } = triage;

    expect(said(configOf([stops, pager]))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^bad: KubePodNotReady .*nobody else: no pager -> set "continue: true" on the route of triage/),
      ]),
    );
  });

  it('no pager route follows has no pager, for continue does not lead back to the parent', () => {
    expect(said(configOf([triage]))).toEqual(expect.arrayContaining([expect.stringContaining('nobody else: no pager')]));
  });

  it('only other labels lead to a pager leaves open whether anybody is paged, and looks at how long that pager waits', () => {
    const teams = [
      { ...pager, matchers: ['team="sre"'] },
      { receiver: 'pager', group_wait: '1s', matchers: ['team="shop"'] },
    ];

    expect(said(configOf([triage, ...teams]))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^unknown: KubePodNotReady .* reaches triage, and pager only where its other labels lead there/),
        expect.stringMatching(/^bad: the route of pager waits only 1 s/),
      ]),
    );
    expect(said(configOf([triage, teams[0] ?? {}])).filter((remark) => remark.startsWith('bad'))).toEqual([]);
  });

  it('routes for labels that the alert has otherwise page nobody', () => {
    expect(said(configOf([triage, { ...pager, matchers: ['severity="page"', 'team="sre"'] }]))).toEqual(
      expect.arrayContaining([expect.stringContaining('nobody else: no pager')]),
    );
  });

  it('the triage route inherits its wait delays the diagnosis', () => {
    const { group_wait: _, ...inherits } = triage;

    expect(said(configOf([inherits, pager]))).toEqual([
      expect.stringMatching(/^bad: the route of triage waits 30 s.* -> set "group_wait: 0s"/),
    ]);
  });

  it('the triage route groups holds back later alerts of a group', () => {
    expect(said(configOf([{ ...triage, group_by: ['namespace'] }, pager]))).toEqual([
      expect.stringMatching(/groups by namespace.* -> set "group_by: \['...'\]"/),
    ]);
  });

  it('the pager waits too short pages before the diagnosis is there', () => {
    expect(said(configOf([triage, { ...pager, group_wait: '1s' }]))).toEqual([
      expect.stringMatching(/^bad: the route of pager waits only 1 s.* -> set "group_wait: 30s"/),
    ]);
  });

  it('the pager waits longer than we know names the setting', () => {
    expect(said(configOf([triage, { ...pager, group_wait: '1m30s' }]))).toEqual([expect.stringContaining('-> set PAGER_GROUP_WAIT=90s')]);
  });

  it('another route takes the alert first says which', () => {
    const taker = { receiver: 'pager', matchers: ['alertname=~"Kube.*"'] };

    expect(said(configOf([taker, triage, pager]))).toEqual(
      expect.arrayContaining([expect.stringMatching(/does not reach triage: it goes to pager/)]),
    );
  });

  it('the triage route leaves out one of the alerts says which', () => {
    const half = { ...triage, matchers: ['alertname="KubePodNotReady"'] };

    expect(said(configOf([half, pager]))).toEqual(
      expect.arrayContaining([expect.stringMatching(/KubeNetworkPluginError \(severity critical\) does not reach triage/)]),
    );
  });

  it('the webhook is not told of resolved alerts says so', () => {
    expect(said(configOf([triage, pager], { ...webhook, send_resolved: false }))).toEqual([
      expect.stringContaining('is not told when an alert resolves'),
    ]);
  });

  it('nothing leads to us says what to add', () => {
    expect(said(configOf([pager], { url: 'http://elsewhere/hook' }))).toEqual([
      expect.stringMatching(/^bad: no receiver has a webhook that leads to podnet-triage/),
    ]);
  });

  it('webhook URLs are hidden asks for the name of the receiver, and takes it', () => {
    const hidden = configOf([triage, pager], { url: '<secret>' });

    expect(said(hidden)).toEqual([expect.stringMatching(/^unknown: .*it has triage\) -> name it: podnet-triage doctor --receiver NAME/)]);
    expect(said(hidden, { receiver: 'triage' })).toEqual([expect.stringMatching(/^good/)]);
  });

  it('nothing can be read is unknown, not wrong', () => {
    expect(said('route: [')).toEqual([expect.stringMatching(/^unknown: its configuration can't be read/)]);
  });
});
