import { describe, expect, it } from 'vitest';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { plugins } from '../../src/collectors/plugins.ts';
import type { ClusterPlugins } from '../../src/collectors/plugins.ts';
import { Collection } from '../../src/collectors/collection.ts';
import { alertOfLabels } from '../../src/core/alert.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { recorded } from '../../src/core/evidence.ts';
import { examine } from '../../src/workers/examine.ts';
import { inGoodHealth } from './expected-in-good-health.ts';
import { inTrouble } from './expected-in-trouble.ts';
import type { Recorded } from './recorded.ts';

const open = (name: string) => openSnapshot(new URL(`./clusters/${name}`, import.meta.url).pathname);

function labelsOf(about: string, alertname: string): Alert['labels'] {
  const [first = '', pod] = about.split('/');
  return pod === undefined ? { alertname, node: first } : { alertname, namespace: first, pod };
}

async function diagnosed(name: string, labels: Alert['labels']): Promise<Diagnosis> {
  const options = { clusterName: null, view: new ClusterView({ maxAgeMs: 60_000 }), signal: AbortSignal.timeout(20_000) };
  return (await examine(alertOfLabels(labels), { ...options, cluster: await open(name) })).diagnosis;
}

/** "root cause, detail, confidence", or how the triage ended. */
function answerOf({ outcome, rootCause }: Diagnosis): string {
  return rootCause === null || outcome !== 'root-cause' ? outcome : `${rootCause.id}/${rootCause.detail ?? ''} ${rootCause.confidence}`;
}

async function pluginsOf(name: string): Promise<string> {
  const view = new ClusterView({ maxAgeMs: 60_000 });
  const options = {
    target: { kind: 'cluster', cluster: null } as const,
    cluster: await open(name),
    view,
    signal: AbortSignal.timeout(20_000),
  };
  const found = recorded<ClusterPlugins>(await new Collection(options).collect([plugins]), 'plugins');
  return (found?.plugins ?? []).map(({ id, role, version }) => `${id} ${role} ${version ?? '-'}`).join(', ');
}

describe.each<Recorded>([...inTrouble, ...inGoodHealth])('$name, after $source', ({ name, plugins: installed, answers }) => {
  it('is read without a problem, and its network plugins are known', async () => {
    expect((await open(name)).problems).toEqual([]);
    expect(await pluginsOf(name)).toBe(installed);
  });

  it.each(answers.map(([alertname, about, answer]) => ({ alertname, about, answer })))(
    '$alertname of $about: $answer',
    async ({ alertname, about, answer }) => {
      expect(answerOf(await diagnosed(name, labelsOf(about, alertname)))).toBe(answer);
    },
  );
});
