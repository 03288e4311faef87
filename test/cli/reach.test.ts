import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachCommand } from '../../src/cli/reach.ts';
import type { MatrixResult } from '../../src/cli/reach-workloads.ts';
import type { World } from '../../src/cli/world.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';

const manifests = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: red } }
---
apiVersion: v1
kind: Namespace
metadata: { name: bank, labels: { team: blue } }
---
apiVersion: v1
kind: Node
metadata: { name: worker-1, creationTimestamp: "2026-01-01T00:00:00Z" }
status: { addresses: [{ type: InternalIP, address: 192.168.1.1 }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: web-7d4f-x1
  namespace: shop
  labels: { app: web, pod-template-hash: 7d4f }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-7d4f, uid: u1, controller: true }]
spec:
  nodeName: worker-1
  containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }, { containerPort: 9090 }] }]
status: { phase: Running, podIP: 10.244.1.5, hostIP: 192.168.1.1 }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: bank, labels: { app: client } }
spec: { nodeName: worker-1, containers: [{ name: client, image: client }] }
status: { phase: Running, podIP: 10.244.1.6, hostIP: 192.168.1.1 }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7, "fd00:96::7"], externalIPs: [203.0.113.7, 192.168.1.1] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.8 }, { hostname: lb.example.org }] } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: blue } } }], ports: [{ port: http }] }]
`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reach-'));
  await writeFile(join(directory, 'all.yaml'), manifests);
});

afterAll(() => rm(directory, { recursive: true }));

interface Ran {
  readonly lines: string[];
  readonly warnings: string[];
  readonly status: number;
}

/** Runs the command in this process; commander's own errors become the exit status that they ask for. */
async function run(args: readonly string[], stdin = ''): Promise<Ran> {
  const lines: string[] = [];
  const warnings: string[] = [];
  let status = 0;
  const world: World = {
    openSnapshot,
    connectCluster: () => Promise.reject(new Error('no cluster here')),
    readText: () => Promise.resolve(stdin),
    write: (text) => void lines.push(...text.split('\n')),
    warn: (line) => void warnings.push(line),
    setExitStatus(value) {
      status = value;
    },
    terminal: { isTerminal: false, width: 100 },
  };
  const command = reachCommand(world)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void warnings.push(text.trim()) });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    status = (error as CommanderError).exitCode;
  }
  return { lines, warnings, status };
}

const one = (...args: string[]) => run(['--snapshot', directory, ...args]);
const json = ({ lines }: Ran): unknown => JSON.parse(lines.join('\n'));

describe('reach of one connection', () => {
  it('prints the result as JSON', async () => {
    const ran = await one('--from', 'bank/client', '--to', 'shop/web-7d4f-x1', '--port', '8080', '--output', 'json');
    expect(json(ran)).toEqual({
      from: 'bank/client',
      to: 'shop/web-7d4f-x1',
      port: 8080,
      protocol: 'TCP',
      verdict: 'allowed',
      egress: { verdict: 'allowed', policies: [], why: expect.stringContaining('no policy selects bank/client for egress') },
      ingress: { verdict: 'allowed', policies: ['shop/web'], why: expect.stringContaining('shop/web allows 8080/TCP from bank/client') },
    });
    expect(ran.status).toBe(0);
  });

  it('ends with status 0 where the connection is blocked', async () => {
    const ran = await one('--from', 'bank/client', '--to', '10.244.1.5', '--port', '9090/TCP', '--output', 'json');
    expect(json(ran)).toMatchObject({ to: '10.244.1.5', verdict: 'blocked', ingress: { policies: ['shop/web'] } });
    expect(ran.status).toBe(0);
  });

  it('says in words what it found', async () => {
    const { lines } = await one('--from', '8.8.8.8', '--to', 'shop/web-7d4f-x1', '--port', '8080');
    expect(lines[0]).toBe('8.8.8.8 -> shop/web-7d4f-x1 8080/TCP: BLOCKED');
    expect(lines[1]).toContain('egress   allowed: 8.8.8.8 is outside the cluster');
    expect(lines[2]).toContain('ingress  blocked: shop/web isolates shop/web-7d4f-x1 for ingress');
  });

  it('judges every declared port where none is given', async () => {
    const ran = await one('--from', 'bank/client', '--to', 'shop/web-7d4f-x1', '--output', 'json');
    expect(json(ran)).toMatchObject([
      { port: 8080, verdict: 'allowed' },
      { port: 9090, verdict: 'blocked' },
    ]);
  });

  it.each(['10.96.0.7', 'fd00:96::7', '203.0.113.7', '203.0.113.8'])(
    'does not judge %s, behind which a Service has its pods',
    async (to) => {
      const ran = await one('--from', 'bank/client', '--to', to, '--port', '80', '--output', 'json');
      expect(json(ran)).toMatchObject({ verdict: 'unknown', egress: { why: expect.stringContaining('shop/web') } });
      expect(ran.status).toBe(0);
    },
  );

  it('takes an address that a Service shares with a node for the node', async () => {
    const ran = await one('--from', 'bank/client', '--to', '192.168.1.1', '--port', '80', '--output', 'json');
    expect(json(ran)).toMatchObject({ verdict: 'allowed', ingress: { why: expect.stringContaining('is a node') } });
  });

  it('prints an empty array for a target that declares no port', async () => {
    expect(json(await one('--from', 'shop/web-7d4f-x1', '--to', 'bank/client', '--output', 'json'))).toEqual([]);
  });

  it('says that policies which the snapshot lacks were taken not to exist', async () => {
    const ran = await one('--from', 'bank/client', '--to', 'shop/web-7d4f-x1', '--port', '8080', '--output', 'json');
    expect(json(ran)).toMatchObject({ ingress: { why: expect.stringContaining('assumed') } });
  });

  it.each([
    ['a pod that is not there', ['--from', 'shop/absent', '--to', 'bank/client', '--port', '1'], 'there is no pod shop/absent'],
    ['a target without ports that is no pod', ['--from', 'bank/client', '--to', '8.8.8.8'], 'a port is needed'],
  ])('ends with status 1 for %s', async (_, args, message) => {
    const ran = await one(...args);
    expect(ran.status).toBe(1);
    expect(ran.warnings.join()).toContain(message);
    expect(ran.lines).toEqual([]);
  });

  it.each([
    ['no target', ['--from', 'bank/client']],
    ['nothing at all', []],
    ['two modes at once', ['--all', '--from', 'bank/client', '--to', 'bank/client']],
    ['an end that is none', ['--from', 'client', '--to', 'bank/client', '--port', '80']],
    ['a CIDR for an address', ['--from', '10.0.0.0/8', '--to', 'bank/client', '--port', '80']],
    ['a context beside a snapshot', ['--context', 'x', '--all']],
  ])('ends with status 2 for %s', async (_, args) => {
    const ran = await one(...args);
    expect([ran.status, ran.lines]).toEqual([2, []]);
    expect(ran.warnings.join()).toMatch(/^error: /);
  });

  it.each(['0', '65536', '80/ICMP', 'http', '-1', '80/'])('refuses the port %s', async (port) => {
    const ran = await one('--from', 'bank/client', '--to', 'bank/client', '--port', port);
    expect(ran.status).not.toBe(0);
    expect(ran.lines).toEqual([]);
  });
});

describe('reach of many connections', () => {
  const queries = (text: string, ...args: string[]) => run(['--snapshot', directory, '--queries', '-', ...args], text);

  it('answers line by line, in order', async () => {
    const ran = await queries(
      [
        '{"from":"bank/client","to":"shop/web-7d4f-x1","port":8080}',
        '{"from":"bank/client","to":"shop/web-7d4f-x1","port":8080,"protocol":"UDP"}',
        '{"from":"192.168.1.1","to":"shop/web-7d4f-x1","port":9090,"protocol":"TCP"}',
        '',
      ].join('\n'),
    );
    expect(ran.lines.map((line) => (JSON.parse(line) as { verdict: string }).verdict)).toEqual(['allowed', 'blocked', 'allowed']);
    expect(ran.status).toBe(0);
  });

  it('puts an error in the place of a bad line and ends with status 1', async () => {
    const bad = [
      'nonsense',
      '[]',
      '{"from":1}',
      '',
      '{"from":"a/b","to":"bank/client","port":80}',
      '{"from":"bank/client","to":"bank/client","port":99999}',
    ];
    const ran = await queries([...bad, '{"from":"bank/client","to":"bank/client","port":1}'].join('\r\n'));
    expect(ran.lines).toHaveLength(7);
    expect(ran.lines.slice(0, 6).map((line) => Object.keys(JSON.parse(line) as object))).toEqual(bad.map(() => ['error']));
    expect(JSON.parse(ran.lines[6] ?? '')).toMatchObject({ verdict: 'allowed' });
    expect(ran.status).toBe(1);
  });

  it('answers nothing to nothing', async () => {
    expect(await queries('')).toEqual({ lines: [], warnings: [], status: 0 });
  });

  it('answers in words when asked', async () => {
    const ran = await queries('{"from":"bank/client","to":"shop/web-7d4f-x1","port":8080}\n', '--output', 'text');
    expect(ran.lines[0]).toBe('bank/client -> shop/web-7d4f-x1 8080/TCP: ALLOWED');
  });
});

const replica = (name: string, changes = ''): string => `
---
apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: ${name}
  labels: { app: db, statefulset.kubernetes.io/pod-name: ${name}, controller-revision-hash: ${name}-1 }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u2, controller: true }]
spec: { nodeName: worker-1, ${changes}containers: [{ name: db, image: db, ports: [{ containerPort: 5432 }] }] }
status: { phase: Running, podIP: 10.244.1.${name.length}${name.at(-1)}, hostIP: 192.168.1.1 }`;

/** The verdicts of bank/client to each group of pods on 5432/TCP, with these objects beside the others. */
async function verdictsFor(objects: string): Promise<string[]> {
  const other = await mkdtemp(join(tmpdir(), 'reach-'));
  try {
    await writeFile(join(other, 'all.yaml'), `${manifests}${objects}`);
    const results = json(await run(['--snapshot', other, '--all', '--output', 'json'])) as MatrixResult[];
    return results.flatMap(({ from, to, port, verdict }) => (from === 'bank/client' && port === 5432 ? [`${to} ${verdict}`] : []));
  } finally {
    await rm(other, { recursive: true });
  }
}

describe('reach of all workloads', () => {
  it('asks one pod of a workload for all of them', async () => {
    expect(await verdictsFor(replica('db-0') + replica('db-1'))).toEqual(['shop/db-0 allowed']);
  });

  it('asks each pod where a policy tells them apart by the name that a StatefulSet gives them', async () => {
    const policy = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: second, namespace: shop }
spec: { podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-1 } } }`;
    expect(await verdictsFor(replica('db-0') + replica('db-1') + policy)).toEqual(['shop/db-0 allowed', 'shop/db-1 blocked']);
  });

  it('asks both where a roll-out gives some pods another service account, of which policies speak too', async () => {
    const policy = `
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: trusted, namespace: shop }
spec: { selector: projectcalico.org/serviceaccount == "trusted", types: [Ingress] }`;
    const replicas = replica('db-0') + replica('db-1', 'serviceAccountName: trusted, ');
    expect(await verdictsFor(replicas + policy)).toEqual(['shop/db-0 allowed', 'shop/db-1 blocked']);
  });

  it('prints who gets where', async () => {
    const { lines } = await one('--all');
    expect(lines).toEqual([
      'shop/Deployment/web 8080/TCP (shop/web-7d4f-x1)',
      '  allowed (2 of 2)',
      '    bank/client',
      '    shop/Deployment/web',
      '',
      'shop/Deployment/web 9090/TCP (shop/web-7d4f-x1)',
      '  allowed (1 of 2)',
      '    shop/Deployment/web',
      '  blocked (1 of 2)',
      '    bank/client - ingress shop/web',
    ]);
  });

  it('gives the same as JSON', async () => {
    expect(json(await one('--all', '--output', 'json'))).toMatchObject([
      { fromWorkload: 'bank/client', toWorkload: 'shop/Deployment/web', port: 8080, verdict: 'allowed' },
      {},
      { verdict: 'blocked' },
      {},
    ]);
  });
});
