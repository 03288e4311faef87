import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/cluster/wire.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { readPolicyInputs } from '../../src/collectors/reach-inputs.ts';
import { buildPolicyIndex } from '../../src/network/policy/policy-index.ts';
import { reach } from '../../src/network/policy/reach.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { crashLoops } from '../incidents/support/troubles.ts';
import { captures, writeCapture } from './captures.ts';
import { diagnose, printed } from './diagnose-command.ts';
import { diagnosisFaults } from './diagnosis-faults.ts';

let directory = '';
let cluster: TestCluster;
let own = '';
let sibling = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'broken-'));
});
afterAll(async () => rm(directory, { recursive: true }));

/** A capture of one object a file in which some files were cut off while they were written. */
async function capturedBut(name: string, isBroken: (object: KubernetesObject) => boolean): Promise<string> {
  cluster = new TestCluster({ plugins: ['flannel'] });
  const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
  sibling = cluster.runningPod('shop', 'checkout', 'worker-1').metadata?.name ?? '';
  crashLoops(cluster, pod, { exitCode: 1, log: ['fatal: cannot parse DATABASE_URL: missing scheme'] });
  own = pod.metadata?.name ?? '';
  const folder = join(directory, name);
  const files = captures['one JSON object a file, wherever it lies'](cluster);
  await writeCapture(folder, files);
  for (const [path, text] of files) {
    if (!path.endsWith('.json') || !isBroken(JSON.parse(text) as KubernetesObject)) continue;
    await writeFile(join(folder, path), text.slice(0, -2));
  }
  return folder;
}

async function diagnosed(folder: string, pod: string): Promise<{ diagnosis: Diagnosis; err: string }> {
  const ran = await diagnose(['--snapshot', folder, '--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', pod]);
  expect(ran.status).toBe(0);
  expect(diagnosisFaults(printed(ran))).toEqual([]);
  return { diagnosis: printed(ran), err: ran.err };
}

describe('a file that was cut off', () => {
  it('does not make the pod in it one that is gone', async () => {
    const folder = await capturedBut('pod', ({ kind, metadata }) => kind === 'Pod' && metadata?.name === own);
    const { diagnosis, err } = await diagnosed(folder, own);
    expect(err).toMatch(/^not read: a\/\d\/\d+\.json: /);
    expect(diagnosis.outcome).toBe('inconclusive');
    expect(diagnosis.unchecked.map(({ why }) => why).join('\n')).toMatch(/\.json could not be read and may hold pods/);
  });

  it('leaves open whether another pod has the same address', async () => {
    const folder = await capturedBut('other pod', ({ kind, metadata }) => kind === 'Pod' && metadata?.name === sibling);
    const { diagnosis } = await diagnosed(folder, own);
    expect(diagnosis.rootCause).toMatchObject({ id: 'app-crash-looping', detail: 'exit-code' });
    expect(diagnosis.rules.find(({ runbook, number }) => runbook === 'PodIPConflict' && number === 2)?.verdict).toBe('unknown');
  });

  it('of policies leaves every connection open that they could decide', async () => {
    const folder = await capturedBut('policies', () => false);
    await writeFile(join(folder, 'networkpolicies.yaml'), 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: "networking');
    const index = buildPolicyIndex(await readPolicyInputs(await openSnapshot(folder)));
    const query = { from: `shop/${own}`, to: `shop/${sibling}`, port: 8080, protocol: 'TCP' } as const;
    expect(reach(index, query)).toMatchObject({
      verdict: 'unknown',
      ingress: { verdict: 'unknown', why: expect.stringContaining('networkpolicies.yaml could not be read') },
    });
  });

  it('and holds nothing of Kubernetes changes nothing', async () => {
    const folder = await capturedBut('values', () => false);
    await writeFile(join(folder, 'values.yaml'), 'image: {{ .Values.image }}\n  - x: [');
    const { diagnosis } = await diagnosed(folder, own);
    expect(diagnosis.rules.find(({ runbook, number }) => runbook === 'PodIPConflict' && number === 2)?.verdict).toBe('ruled-out');
  });
});

describe('a null', () => {
  it('says no more than an absent field, and in a list nothing at all', async () => {
    const folder = await capturedBut('nulls', () => false);
    const nulls = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'worker-8', labels: null },
          spec: { podCIDRs: [null], taints: [null] },
          status: { addresses: [null], conditions: null },
        },
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'odd', namespace: 'shop', ownerReferences: [null] },
          spec: { containers: [null] },
          status: null,
        },
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'odd', namespace: 'bank' }, spec: null },
      ],
    };
    await writeFile(join(folder, 'nulls.json'), JSON.stringify(nulls));
    expect((await diagnosed(folder, own)).diagnosis.rootCause).toMatchObject({ id: 'app-crash-looping' });
  });
});

describe('an object of a form that no API server has', () => {
  it('is told and left out, and what it could have said stays open', async () => {
    const folder = await capturedBut('misshapen', ({ kind, metadata }) => kind === 'Pod' && metadata?.name === sibling);
    const wrong = [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: sibling, namespace: 'shop' }, spec: 'none', status: { podIPs: 'x' } },
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-9' }, status: { addresses: [{ type: 'InternalIP' }] } },
    ];
    await writeFile(join(folder, 'misshapen.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: wrong }));
    const { diagnosis, err } = await diagnosed(folder, own);
    expect(err).toContain('not read: misshapen.json: holds a Pod of a form that no API server has\n');
    expect(err).toContain('not read: misshapen.json: holds a Node of a form that no API server has\n');
    expect(diagnosis.rules.find(({ runbook, number }) => runbook === 'PodIPConflict' && number === 2)?.verdict).toBe('unknown');
  });

  it('is taken as it was meant where YAML read a number for a text', async () => {
    const folder = await capturedBut('numbers', () => false);
    const policy =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: tens}\nspec: {podSelector: {matchLabels: {tier: "1"}}}\n';
    const pod = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: tens, labels: {tier: 1}}\nspec: {containers: [{name: a}]}\nstatus: {podIP: 10.9.9.${name.length}}\n`;
    await writeFile(join(folder, 'tens.yaml'), [policy, pod('a'), pod('bb')].join('---\n'));
    const index = buildPolicyIndex(await readPolicyInputs(await openSnapshot(folder)));
    const query = { from: 'tens/a', to: 'tens/bb', port: 80, protocol: 'TCP' } as const;
    expect(reach(index, query)).toMatchObject({ verdict: 'blocked', ingress: { policies: ['tens/p'] } });
  });
});
