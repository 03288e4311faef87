import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { clusterRole } from '../../scripts/cluster-role.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { runbooks } from '../../src/runbooks/index.ts';
import { startCommand } from '../support/service-process.ts';
import { knownVariables } from './support/known-variables.ts';
import { folder, manifests, ofKind, selects, workloads } from './support/manifests.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podnet-manifests-'));
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

const byName = (name: string): (typeof workloads)[number] => {
  const found = workloads.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no workload is called ${name}`);
  return found;
};
const services = ['podnet-triage-webhook', 'podnet-triage-worker'].map(byName);

describe('the cluster role', () => {
  it('is what the collectors declare', async () => {
    expect(await readFile(join(folder, 'cluster-role.yaml'), 'utf8')).toBe(clusterRole());
  });

  it('reads only, and no Secrets', () => {
    const rules = ofKind('ClusterRole').flatMap(({ rules = [] }) => rules);

    expect(rules.flatMap(({ verbs }) => verbs).filter((verb) => verb !== 'get' && verb !== 'list')).toEqual([]);
    expect(rules.flatMap(({ resources }) => resources).filter((name) => /secret|\*|exec|portforward|proxy/i.test(name))).toEqual([]);
  });

  it('is given to the worker alone', () => {
    const [binding] = ofKind('ClusterRoleBinding');

    expect(binding?.roleRef?.name).toBe(ofKind('ClusterRole')[0]?.metadata.name);
    expect(binding?.subjects).toEqual([{ kind: 'ServiceAccount', name: 'podnet-triage-worker', namespace: 'podnet-triage' }]);
    expect(byName('podnet-triage-worker').template.spec.serviceAccountName).toBe('podnet-triage-worker');
    const others = workloads.filter(({ metadata }) => metadata.name !== 'podnet-triage-worker');
    expect(others.map(({ template }) => template.spec.automountServiceAccountToken)).toEqual(others.map(() => false));
  });
});

describe('the manifests', () => {
  it('all stand in kustomization.yaml, but for the example of a Secret', async () => {
    const { resources } = parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] };

    const files = new Set(manifests.map(({ file }) => file).filter((file) => !file.includes('.example.')));
    expect(resources.toSorted()).toEqual([...files].toSorted());
  });

  it.each(services.map((one) => [one.metadata.name, one] as const))(
    'configure %s with variables that exist, and validly',
    async (_, workload) => {
      const [container] = workload.template.spec.containers;
      const map =
        container?.envFrom?.flatMap(({ configMapRef }) =>
          ofKind('ConfigMap').filter(({ metadata }) => metadata.name === configMapRef.name),
        ) ?? [];
      const secret = ofKind('Secret')[0];
      const own = (container?.env ?? []).map(
        ({ name, value, valueFrom }) => [name, value ?? secret?.stringData?.[valueFrom?.secretKeyRef.key ?? '']] as const,
      );
      const raw: Record<string, string | undefined> = {
        ...Object.fromEntries(map.flatMap(({ data = {} }) => Object.entries(data))),
        ...Object.fromEntries(own),
      };
      const expanded = Object.fromEntries(
        Object.entries(raw).map(([name, value]) => [name, value?.replaceAll(/\$\((\w+)\)/g, (_match, inner: string) => raw[inner] ?? '')]),
      );
      const file = join(dir, 'config.yaml');
      const maps = ofKind('ConfigMap').find(({ metadata }) => metadata.name === workload.template.spec.volumes?.[0]?.configMap?.name);
      await writeFile(file, maps?.data?.['config.yaml'] ?? '');
      // What is commented out is meant to be used: it has to be right as well.
      const uncommented = join(dir, 'uncommented.yaml');
      await writeFile(
        uncommented,
        (maps?.data?.['config.yaml'] ?? '').replaceAll(/^# (?=[ a-zA-Z-]+:|  )/gm, '').replaceAll(/^[A-Z].*$/gm, ''),
      );

      const known = knownVariables();
      expect(Object.keys(raw).filter((name) => name !== 'REDIS_PASSWORD' && !known.has(name))).toEqual([]);
      expect(expanded['CONFIG_FILE']).toBe(join(container?.volumeMounts?.[0]?.mountPath ?? '', 'config.yaml'));
      for (const one of [file, uncommented]) {
        const config = loadConfig({ variables: { ...expanded, CONFIG_FILE: one }, runbooks: runbooks.map(({ id }) => id) });
        expect(config.redisUrl?.reveal()).toBe('redis://:changeme@podnet-triage-redis:6379');
        expect(config.slackRoutes).toHaveLength(one === uncommented ? 1 : 0);
      }
    },
  );

  it('refer only to what is there: accounts, ConfigMaps, Secrets and their keys', () => {
    const names = (kind: string): readonly string[] => ofKind(kind).map(({ metadata }) => metadata.name);

    for (const { template } of workloads) {
      const { serviceAccountName, volumes = [], containers } = template.spec;
      expect([...names('ServiceAccount'), undefined]).toContain(serviceAccountName);
      for (const { configMap } of volumes) expect(names('ConfigMap')).toContain(configMap?.name);
      for (const { valueFrom } of containers.flatMap(({ env = [] }) => env)) {
        if (valueFrom === undefined || valueFrom.secretKeyRef.optional === true) continue;
        expect(Object.keys(ofKind('Secret')[0]?.stringData ?? {})).toContain(valueFrom.secretKeyRef.key);
      }
    }
  });

  it('select the pods that are meant: Services by a port that exists, budgets, policies', () => {
    for (const { spec } of ofKind('Service')) {
      const [chosen, ...more] = workloads.filter(({ template }) => selects(spec.selector, template.metadata.labels));
      const ports = chosen?.template.spec.containers.flatMap(({ ports = [] }) => ports) ?? [];
      const [port] = spec['ports'] as { port: number; targetPort: string }[];
      expect(more).toEqual([]);
      expect(ports).toContainEqual({ name: port?.targetPort, containerPort: port?.port });
    }
    for (const { metadata, spec } of ofKind('PodDisruptionBudget')) {
      expect(workloads.filter(({ template }) => selects(spec.selector, template.metadata.labels)).map((one) => one.metadata.name)).toEqual([
        metadata.name,
      ]);
    }
    for (const { metadata, spec } of ofKind('NetworkPolicy').filter((one) => one.metadata.name !== 'podnet-triage-default')) {
      expect(
        workloads.filter(({ template }) => selects(spec['podSelector'], template.metadata.labels)).map((one) => one.metadata.name),
      ).toEqual([metadata.name]);
    }
  });

  it.each(workloads.map((one) => [one.metadata.name, one] as const))(
    'run %s under the restricted profile, bounded and probed',
    (_, { template, spec }) => {
      expect(selects(spec.selector, template.metadata.labels)).toBe(true);
      expect(template.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of template.spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.limits?.memory).toMatch(/^\d+[MG]i$/);
        const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe].flatMap((probe) => probe?.httpGet ?? []);
        expect(probes.filter(({ path, port }) => !['/healthz', '/readyz'].includes(path) || port !== 'http')).toEqual([]);
        expect(container.livenessProbe).toBeDefined();
        expect(container.readinessProbe).toBeDefined();
      }
    },
  );

  it('let Redis lose nothing that it acknowledged', () => {
    const args = byName('podnet-triage-redis').template.spec.containers[0]?.args?.join(' ');

    expect(args).toContain('--appendonly yes --appendfsync always');
    expect(args).toContain('--maxmemory-policy noeviction');
  });
});

/** A running pod of each workload, of Alertmanager, the ingress controller and a stranger. */
function runningPods(): readonly object[] {
  const pod = (namespace: string, name: string, last: number, more: { labels?: object; containers?: object } = {}): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: more.labels ?? {} },
    spec: { nodeName: 'node-1', containers: more.containers ?? [{ name: 'main', image: 'main' }] },
    status: { phase: 'Running', podIP: `10.244.0.${last}`, hostIP: '192.168.0.1' },
  });
  const namespaces = ['podnet-triage', 'monitoring', 'ingress-nginx', 'shop'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  }));
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
  };
  const own = workloads.map(({ metadata, template }, index) =>
    pod('podnet-triage', metadata.name, 10 + index, { labels: template.metadata.labels, containers: template.spec.containers }),
  );
  return [
    ...namespaces,
    node,
    ...own,
    pod('monitoring', 'alertmanager-0', 20),
    pod('ingress-nginx', 'controller', 21),
    pod('shop', 'web', 22),
  ];
}

describe('the network policies', () => {
  it('let in and out who has to get there, and nobody else', { timeout: 60_000 }, async () => {
    await writeFile(join(dir, 'policies.yaml'), await readFile(join(folder, 'network-policies.yaml')));
    await writeFile(
      join(dir, 'pods.yaml'),
      runningPods()
        .map((one) => stringify(one))
        .join('---\n'),
    );
    const webhook = 'podnet-triage/podnet-triage-webhook';
    const worker = 'podnet-triage/podnet-triage-worker';
    const redis = 'podnet-triage/podnet-triage-redis';
    const wanted = [
      ['monitoring/alertmanager-0', webhook, 8080, 'allowed'],
      ['ingress-nginx/controller', webhook, 8080, 'allowed'],
      ['shop/web', webhook, 8080, 'blocked'],
      ['monitoring/alertmanager-0', worker, 8080, 'allowed'],
      ['ingress-nginx/controller', worker, 8080, 'blocked'],
      [webhook, redis, 6379, 'allowed'],
      [worker, redis, 6379, 'allowed'],
      ['shop/web', redis, 6379, 'blocked'],
      ['monitoring/alertmanager-0', redis, 6379, 'blocked'],
      [worker, 'shop/web', 12345, 'allowed'],
      [worker, 'monitoring/alertmanager-0', 9093, 'allowed'],
      [worker, '192.168.0.1', 6443, 'allowed'],
      [webhook, 'shop/web', 8080, 'blocked'],
      [webhook, '203.0.113.7', 443, 'allowed'],
      [redis, '203.0.113.7', 443, 'blocked'],
    ] as const;
    const queries = join(dir, 'queries.jsonl');
    await writeFile(queries, wanted.map(([from, to, port]) => JSON.stringify({ from, to, port, protocol: 'TCP' })).join('\n'));

    await using command = startCommand(['reach', '--snapshot', dir, '--queries', queries]);
    expect({ status: await command.ended, output: command.output() }).toMatchObject({ status: 0 });

    const answers = command
      .output()
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { from: string; to: string; verdict: string });
    expect(answers.map(({ from, to, verdict }) => `${from} -> ${to}: ${verdict}`)).toEqual(
      wanted.map(([from, to, , verdict]) => `${from} -> ${to}: ${verdict}`),
    );
  });
});
