import { describe, expect, it } from 'vitest';
import { alertFor } from '../incidents/support/alert-for.ts';
import { diagnoseCluster } from '../incidents/support/diagnose-cluster.ts';
import { playScenario } from '../incidents/support/play-scenario.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { scenarios } from '../incidents/scenarios/index.ts';
import { diagnosisFaults, withoutQuoted } from './diagnosis-faults.ts';

describe('every diagnosis is whole: numbers, evidence, outcome, order of time, commands', () => {
  it.each(scenarios.map((one) => [one.name, one] as const))('%s', async (_name, scenario) => {
    const { diagnosis } = await playScenario(scenario);
    expect(diagnosisFaults(diagnosis)).toEqual([]);
  });
});

describe('names that no API server would take, from files that anybody may have written', () => {
  const hostile = 'worker-4;touch /tmp/x;$(id)"';

  it('are quoted in the commands', async () => {
    const cluster = new TestCluster({ plugins: ['flannel'] });
    const pod = cluster.waitingPod('shop', 'checkout', 'worker-2');
    const here = cluster.node('worker-2');
    cluster.addNode(hostile, ({ spec }) => {
      if (spec && here.spec?.podCIDR !== undefined) Object.assign(spec, { podCIDR: here.spec.podCIDR, podCIDRs: [here.spec.podCIDR] });
    });
    const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubeNetworkPluginError', pod));
    expect(diagnosis.rootCause?.id).toBe('pod-cidr-overlap');
    expect(diagnosisFaults(diagnosis)).toEqual([]);
    const commands = [...diagnosis.nextActions, ...diagnosis.unchecked].map(({ command }) => command);
    expect(commands.some((one) => one.includes('touch'))).toBe(true);
    expect(commands.filter((one) => withoutQuoted(one).includes('touch'))).toEqual([]);
  });
});
