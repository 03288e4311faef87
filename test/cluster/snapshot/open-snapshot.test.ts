import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kind } from '../../../src/cluster/kinds.ts';
import { ReadError } from '../../../src/cluster/reader.ts';
import { openSnapshot } from '../../../src/cluster/snapshot/open-snapshot.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podnet-triage-snapshot-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function write(file: string, content: string | Buffer | object): Promise<void> {
  const path = join(directory, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
}

const meta = (name: string, more: object = {}): object => ({ name, namespace: 'shop', creationTimestamp: '2026-03-01T10:00:00Z', ...more });
const pod = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: meta(name), ...more });
const uid = '2f9a3c1e-5b7d-4c58-9a66-0d4f3f6f7a11';
const bare = (name: string): object => ({ metadata: meta(name), spec: {}, status: {} });

async function names(kind: Kind): Promise<readonly (string | undefined)[]> {
  const { items } = await (await openSnapshot(directory)).list(kind);
  return items.map(({ metadata }) => metadata?.name);
}

async function reasonOf(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.then(
    (value) => `it was read: ${JSON.stringify(value)}`,
    (reason: unknown) => reason,
  );
  return error instanceof ReadError ? error.reason : String(error);
}

describe('objects are found', () => {
  it('in a list of kubectl get, whatever the file is called', async () => {
    await write('some/where/x.JSON', { apiVersion: 'v1', kind: 'List', items: [pod('a'), pod('b')] });

    expect(await names('Pod')).toEqual(['a', 'b']);
  });

  it('in a typed list, whose items say nothing of their kind', async () => {
    await write('shop/pods.yaml', dump({ kind: 'PodList', apiVersion: 'v1', items: [bare('a')] }));
    await write('shop/p.json', { kind: 'NetworkPolicyList', apiVersion: 'networking.k8s.io/v1', items: [bare('deny')] });

    const snapshot = await openSnapshot(directory);

    expect((await snapshot.list('Pod')).items[0]).toMatchObject({ kind: 'Pod', apiVersion: 'v1' });
    expect((await snapshot.list('NetworkPolicy')).items[0]).toMatchObject({ kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1' });
  });

  it('as single objects and in YAML of several documents, of which one is broken', async () => {
    await write('one.json', pod('a'));
    await write('more.yml', `${dump(pod('b'))}---\n{{ template }}: [\n---\n${dump(pod('c'))}`);

    expect(await names('Pod')).toEqual(['a', 'b', 'c']);
    expect((await openSnapshot(directory)).problems).toEqual([{ file: 'more.yml', why: 'its document 1 is not valid YAML' }]);
  });

  it('in bare arrays of a support bundle, by the name of the file', async () => {
    await write('cluster-resources/pods/shop.json', [bare('a')]);
    await write('cluster-resources/network-policy/shop.json', [bare('deny')]);
    await write('cluster-resources/pvcs/shop.json', [bare('claim')]);
    await write('cluster-resources/nodes.json', [{ metadata: { name: 'worker-1' } }]);
    await write('cluster-resources/custom-resources/ippools.crd.projectcalico.org.json', [{ metadata: { name: 'pool' } }]);

    expect(await names('Pod')).toEqual(['a']);
    expect(await names('NetworkPolicy')).toEqual(['deny']);
    expect(await names('PersistentVolumeClaim')).toEqual(['claim']);
    expect(await names('Node')).toEqual(['worker-1']);
    expect(await names('CalicoIPPool')).toEqual(['pool']);
  });

  it('one JSON text after the other in a file', async () => {
    await write('all.json', `${JSON.stringify(pod('a {"not": "a brace'))}\n${JSON.stringify(pod('b'), null, 2)}`);

    expect(await names('Pod')).toEqual(['a {"not": "a brace', 'b']);
  });

  it('in the UTF-16 that PowerShell writes', async () => {
    await write('pods.json', Buffer.from(`\ufeff${JSON.stringify(pod('a'))}`, 'utf16le'));

    expect(await names('Pod')).toEqual(['a']);
  });

  it('by group and kind, whatever the version', async () => {
    await write('a.json', { apiVersion: 'projectcalico.org/v3', kind: 'IPPool', metadata: { name: 'calico' } });
    await write('b.json', { apiVersion: 'whereabouts.cni.cncf.io/v1alpha1', kind: 'IPPool', metadata: { name: 'whereabouts' } });
    await write('c.json', { apiVersion: 'discovery.k8s.io/v1beta1', kind: 'EndpointSlice', metadata: { name: 'slice' } });
    await write('d.json', { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'event' }, regarding: { name: 'a' } });

    expect(await names('CalicoIPPool')).toEqual(['calico']);
    expect(await names('WhereaboutsIPPool')).toEqual(['whereabouts']);
    expect(await names('EndpointSlice')).toEqual(['slice']);
    expect(await names('Event')).toEqual(['event']);
  });
});

describe('an object that is there twice', () => {
  it('is one by its uid, in the newest version', async () => {
    await write('a.json', pod('a', { metadata: meta('a', { uid: '1', resourceVersion: '9' }) }));
    await write('b.json', pod('a', { metadata: meta('a', { uid: '1', resourceVersion: '12' }) }));
    await write('c.json', pod('a', { metadata: meta('a', { uid: '1', resourceVersion: '10' }) }));

    const { items } = await (await openSnapshot(directory)).list('Pod');

    expect(items.map(({ metadata }) => metadata?.resourceVersion)).toEqual(['12']);
  });

  it('is one by its name where it has no uid', async () => {
    await write('a.json', pod('a'));
    await write('b.yaml', dump(pod('a')));
    await write('c.json', pod('a', { metadata: meta('a', { uid: '1' }) }));

    expect(await names('Pod')).toEqual(['a']);
  });

  it('is two when the uids differ, and the younger one is the one to get', async () => {
    await write('a.json', pod('a', { metadata: meta('a', { uid: '1', creationTimestamp: '2026-03-01T12:00:00Z' }) }));
    await write('b.json', pod('a', { metadata: meta('a', { uid: '2' }) }));

    expect(await names('Pod')).toEqual(['a', 'a']);
    expect((await (await openSnapshot(directory)).get('Pod', { namespace: 'shop', name: 'a' }))?.metadata?.uid).toBe('1');
  });

  it("is one in both of Calico's groups, where uid and name differ", async () => {
    const policy = (apiVersion: string, name: string, uid: string): object => ({
      apiVersion,
      kind: 'NetworkPolicy',
      metadata: meta(name, { uid }),
    });
    await write('a.json', policy('projectcalico.org/v3', 'deny', '1'));
    await write('b.json', policy('crd.projectcalico.org/v1', 'default.deny', '2'));

    expect(await names('CalicoNetworkPolicy')).toEqual(['default.deny']);
  });

  it('is no other namespace’s namesake', async () => {
    await write('a.json', pod('a'));
    await write('b.json', pod('a', { metadata: { name: 'a', namespace: 'bank' } }));

    expect(await names('Pod')).toHaveLength(2);
  });
});

describe('what is not captured', () => {
  it.each(['Pod', 'Node', 'Event', 'ConfigMap', 'CalicoIPPool'] as const)('%s without any object', async (kind) => {
    await write('ns.json', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    await write('empty.json', { apiVersion: 'v1', kind: 'PodList', items: [] });
    const snapshot = await openSnapshot(directory);

    expect(await reasonOf(snapshot.list(kind))).toBe('not-captured');
    expect(await reasonOf(snapshot.get(kind, { namespace: 'shop', name: 'a' }))).toBe('not-captured');
  });

  it('policies are assumed not to exist, and it is said', async () => {
    await write('a.json', pod('a'));
    const snapshot = await openSnapshot(directory);

    expect(await snapshot.list('NetworkPolicy')).toMatchObject({
      items: [],
      truncated: false,
      assumed: expect.stringContaining('is assumed') as string,
    });
    expect(await snapshot.get('CiliumNetworkPolicy', { namespace: 'shop', name: 'x' })).toBeUndefined();
  });

  it('policies of one namespace are known when there are policies', async () => {
    await write('a.json', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta('deny') });

    expect(await (await openSnapshot(directory)).list('NetworkPolicy', { namespace: 'bank' })).toEqual({ items: [], truncated: false });
  });

  it('a typed list without items says that there are none', async () => {
    await write('cm.json', { apiVersion: 'v1', kind: 'ConfigMapList', items: null });

    expect(await names('ConfigMap')).toEqual([]);
  });

  it('logs, none at all or of this container', async () => {
    await write(
      'a.json',
      pod('a', {
        spec: { containers: [{ name: 'c' }] },
        status: { containerStatuses: [{ name: 'c', restartCount: 1, state: { running: {} } }] },
      }),
    );
    expect(await reasonOf((await openSnapshot(directory)).logs({ namespace: 'shop', pod: 'a', container: 'c' }))).toBe('not-captured');

    await write('shop/b/c.log', 'x');
    expect(await reasonOf((await openSnapshot(directory)).logs({ namespace: 'shop', pod: 'a', container: 'c' }))).toBe('not-captured');
  });
});

describe('logs are found', () => {
  const read = async (ref: object = {}): Promise<string | undefined> =>
    (await openSnapshot(directory)).logs({ namespace: 'shop', pod: 'a', container: 'c', ...ref });

  it('in logs.txt of cluster-info dump, between the markers', async () => {
    const text = [
      '==== START logs for container init of pod shop/a ====',
      'preparing',
      '==== END logs for container init of pod shop/a ====',
      '==== START logs for container c of pod shop/a ====',
      'one',
      '==== START logs for container c of pod kube-system/calico-node ====',
      'two without newline==== END logs for container c of pod shop/a ====',
      '==== START logs for container broken of pod shop/a ====',
      'Request log error: container "broken" in pod "a" is waiting to start',
      '==== END logs for container broken of pod shop/a ====',
      '',
    ];
    await write('shop/a/logs.txt', text.join('\n'));

    expect(await read({ container: 'init' })).toBe('preparing\n');
    expect(await read()).toBe('one\n==== START logs for container c of pod kube-system/calico-node ====\ntwo without newline');
    expect(await read({ previous: true })).toBeUndefined();
    await expect(read({ container: 'broken' })).rejects.toThrow(/kubectl was told: container "broken" in pod "a" is waiting to start$/);
    expect(await reasonOf(read({ namespace: 'kube-system', pod: 'calico-node' }))).toBe('not-captured');
  });

  it.each([
    ['NS/POD/CONTAINER.log', 'shop/a/c.log', 'shop/a/c-previous.log'],
    ['a support bundle', 'bundle/cluster-resources/pods/logs/shop/a/c.log', 'bundle/cluster-resources/pods/logs/shop/a/c-previous.log'],
    ['a must-gather', 'mg/quay/namespaces/shop/pods/a/c/c/logs/current.log', 'mg/quay/namespaces/shop/pods/a/c/c/logs/previous.log'],
    ["Cilium's sysdump", 'cilium-sysdump/logs-a-c-20250319-102745.log', 'cilium-sysdump/logs-a-c-20250319-102745-prev.log'],
    ["the kubelet's folder", `w/pods/shop_a_${uid}/c/10.log`, `w/pods/shop_a_${uid}/c/9.log`],
  ])('in %s', async (_layout, current, previous) => {
    await write(current, 'now\n');
    await write(previous, 'before\n');

    expect(await read()).toBe('now\n');
    expect(await read({ previous: true })).toBe('before\n');
  });

  it("in Sonobuoy's podlogs", async () => {
    await write('podlogs/shop/a/logs/c.txt', 'now\n');

    expect(await read()).toBe('now\n');
  });

  it("in the kubelet's folders, the highest number for the present run, and without the runtime's marks", async () => {
    await write(`pods/shop_a_${uid}/c/2.log`, '2026-03-01T10:00:00.1Z stdout F before\n2026-03-01T10:00:00.2Z stderr F why\n');
    await write(`pods/shop_a_${uid}/c/3.log`, '2026-03-01T10:10:00.1Z stderr F now\n');
    await write(`pods/shop_a_${uid}/c/1.log`, '2026-03-01T09:00:00.1Z stderr F long ago\n');

    expect(await read()).toBe('2026-03-01T10:10:00.1Z now\n');
    expect(await read({ previous: true })).toBe('2026-03-01T10:00:00.1Z before\n2026-03-01T10:00:00.2Z why\n');
  });

  it('of a run before that left nothing: must-gather writes an empty file', async () => {
    await write('namespaces/shop/pods/a/c/c/logs/current.log', 'now\n');
    await write('namespaces/shop/pods/a/c/c/logs/previous.log', '');

    expect(await read({ previous: true })).toBeUndefined();
  });
});

describe('now', () => {
  const now = async (): Promise<string> => (await openSnapshot(directory)).now().toISOString();

  it.each([
    ['the creation of an object', pod('a', { metadata: meta('a', { creationTimestamp: '2026-03-01T11:00:00Z' }) })],
    ['a condition', pod('a', { status: { conditions: [{ lastTransitionTime: '2026-03-01T11:00:00Z' }] } })],
    ['a container', pod('a', { status: { containerStatuses: [{ lastState: { terminated: { finishedAt: '2026-03-01T11:00:00Z' } } }] } })],
    ['an event', { apiVersion: 'v1', kind: 'Event', metadata: meta('e'), series: { lastObservedTime: '2026-03-01T11:00:00.000000Z' } }],
    [
      'a lease',
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: meta('l'), spec: { renewTime: '2026-03-01T11:00:00.000000Z' } },
    ],
    [
      'an object of a kind that is not read',
      { apiVersion: 'v1', kind: 'Endpoints', metadata: meta('x', { creationTimestamp: '2026-03-01T11:00:00Z' }) },
    ],
  ])('is the newest time: %s', async (_what, object) => {
    await write('a.json', pod('old'));
    await write('b.json', object);

    expect(await now()).toBe('2026-03-01T11:00:00.000Z');
  });

  it('is the newest time: a log line', async () => {
    await write('a.json', pod('old'));
    await write(
      'shop/a/c.log',
      '2026-03-01T10:59:00Z x\n2026-03-01T11:00:00.123456789Z 2031-01-01T00:00:00Z is when the certificate ends\n',
    );

    expect(await now()).toBe('2026-03-01T11:00:00.123Z');
  });

  it('is never what lies ahead: certificates, deletion deadlines, Secrets', async () => {
    await write('a.json', pod('a', { metadata: meta('a', { deletionTimestamp: '2026-03-01T10:30:00Z' }) }));
    await write('b.json', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: meta('c'),
      status: { notAfter: '2031-01-01T00:00:00Z' },
    });
    await write('c.json', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta('s', { creationTimestamp: '2030-01-01T00:00:00Z' }),
      data: { password: 'eA==' },
    });

    expect(await now()).toBe('2026-03-01T10:00:00.000Z');
  });
});

describe('dumps of their own form', () => {
  const marker = (word: 'START' | 'END') => `==== ${word} logs for container main of pod shop/a ====\n`;

  it('a dump into one file is read up to its first log, whose lines are no objects', async () => {
    const forged = JSON.stringify(pod('forged'));
    await write(
      'dump.json',
      `${JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [bare('a')] })}\n${marker('START')}${forged}\n{ [ "\n${marker('END')}${JSON.stringify({ kind: 'ServiceList', apiVersion: 'v1', items: [] })}\n`,
    );

    const snapshot = await openSnapshot(directory);

    expect(snapshot.problems).toEqual([{ file: 'dump.json', why: expect.stringContaining('--output-directory') }]);
    expect(await names('Pod')).toEqual(['a']);
  });

  it("the form of kubectl before 1.14 is said to be unread, not taken for an empty cluster's", async () => {
    await write('shop/pods.json', {
      selfLink: '/api/v1/namespaces/shop/pods',
      Items: [{ name: 'a', namespace: 'shop', Status: { Phase: 'Pending' } }],
    });

    const snapshot = await openSnapshot(directory);

    expect(snapshot.problems).toContainEqual({ file: 'shop/pods.json', why: expect.stringContaining('kubectl before 1.14') });
  });
});

describe('what lies about beside', () => {
  it('garbage is reported without a word of it, and harms nothing', async () => {
    await write('a.json', pod('a'));
    await write('cut.json', '{"password": "hunter2", "items": [');
    await write('binary.yaml', Buffer.from([0x1f, 0x8b, 0, 0, 1, 2]));
    await write('text.yaml', 'hello: [world\n');
    await write('scalar.json', '42');
    await write('odd.json', [null, 1, 'x', [[[[[[]]]]]], { kind: 5, metadata: 7 }, { kind: 'Pod', metadata: { labels: null } }]);
    await write('deep.json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`);

    const snapshot = await openSnapshot(directory);

    expect((await snapshot.list('Pod')).items).toHaveLength(1);
    expect(snapshot.problems.map(({ file }) => file)).toEqual(['binary.yaml', 'cut.json', 'text.yaml']);
    expect(JSON.stringify(snapshot.problems)).not.toContain('hunter2');
  });

  it('Secrets are kept nowhere, in whatever form they come', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: meta('s'), data: { password: 'aHVudGVyMg==' } };
    await write('a.json', { kind: 'SecretList', apiVersion: 'v1', items: [{ metadata: meta('s'), data: { password: 'aHVudGVyMg==' } }] });
    await write('b.json', { kind: 'List', apiVersion: 'v1', items: [secret, pod('a')] });
    await write('configmaps/secrets.json', [{ metadata: meta('s'), data: { password: 'aHVudGVyMg==' } }]);

    expect(await names('Pod')).toEqual(['a']);
    expect(await reasonOf((await openSnapshot(directory)).list('ConfigMap'))).toBe('not-captured');
  });

  it('links that lead out are not followed, nor do links in a circle hang', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'podnet-triage-outside-'));
    await writeFile(join(outside, 'pod.json'), JSON.stringify(pod('outside')));
    await write('in/a.json', pod('a'));
    await symlink(join(outside, 'pod.json'), join(directory, 'out.json'));
    await symlink(outside, join(directory, 'out'));
    await symlink(directory, join(directory, 'in', 'circle'));
    await symlink(join(directory, 'in', 'a.json'), join(directory, 'same.json'));

    const snapshot = await openSnapshot(directory);

    expect((await snapshot.list('Pod')).items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
    expect(snapshot.problems.map(({ file }) => file)).toEqual(['out', 'out.json']);
    await rm(outside, { recursive: true });
  });

  it('a directory that is not there is said so', async () => {
    await expect(openSnapshot(join(directory, 'nowhere'))).rejects.toThrow(/^The snapshot .*nowhere cannot be opened: /);
    await write('file', 'x');
    await expect(openSnapshot(join(directory, 'file'))).rejects.toThrow(/is not a directory$/);
  });

  it('an empty directory is a snapshot of nothing', async () => {
    const snapshot = await openSnapshot(directory);

    expect(snapshot.problems).toEqual([{ file: '.', why: 'holds no Kubernetes object with a time in it and no log' }]);
    expect(await reasonOf(snapshot.list('Pod'))).toBe('not-captured');
  });
});
