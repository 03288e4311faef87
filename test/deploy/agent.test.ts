import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Pod } from '../../src/cluster/wire.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { folder, manifests, type Manifest, type PodTemplate } from './support/manifests.ts';

const read = (file: string): string => readFileSync(join(folder, 'agent', file), 'utf8');
const documents = (file: string): readonly Manifest[] => parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest);

const objects = [...documents('namespace.yaml'), ...documents('daemonset.yaml')];
const daemonSet = objects.find(({ kind }) => kind === 'DaemonSet');
const template = daemonSet?.spec.template as PodTemplate & { readonly spec: NonNullable<Pod['spec']> };
const [container] = template.spec.containers;
const [secret] = documents('secret.example.yaml');

describe('the DaemonSet of the agents', () => {
  it('shows the network of the host of every node, whatever its taints', () => {
    expect(template.spec.hostNetwork).toBe(true);
    expect(template.spec.tolerations).toEqual([{ operator: 'Exists' }]);
  });

  it('has no capability, no account at the API server, no writable file and no root', () => {
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(template.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(template.spec.automountServiceAccountToken).toBe(false);
    expect(template.spec.volumes).toBeUndefined();
  });

  it('stands in the namespace and under the labels that workers look in', () => {
    const own = manifests.find(({ kind }) => kind === 'Namespace')?.metadata.name ?? '';

    expect(new Set(objects.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([`${own}-agents`]),
    );
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.name).toBe(`${own}-agents`);
    expect(template.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'podnet-triage', 'app.kubernetes.io/component': 'agent' });
  });

  it('listens at the port that workers ask and its probes use, on the address of its node', () => {
    const [port] = container?.ports ?? [];
    const variables = Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value?.replace('$(HOST_IP)', '192.0.2.11') ?? 'from-elsewhere']),
    );
    delete variables['HOST_IP'];

    const config = loadConfig({ variables, runbooks: [] });

    expect(config.listen).toEqual({ host: '192.0.2.11', port: port?.containerPort });
    expect(config.agentToken).not.toBeNull();
    expect([container?.livenessProbe, container?.readinessProbe, container?.startupProbe].map((probe) => probe?.httpGet?.port)).toEqual([
      port?.name,
      port?.name,
      port?.name,
    ]);
    expect(container?.args).toEqual(['serve', '--role', 'agent']);
  });

  it('takes its token from the Secret that the example makes, and workers have it too', () => {
    const reference = container?.env?.find(({ name }) => name === 'AGENT_TOKEN')?.valueFrom?.secretKeyRef;
    const worker = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'podnet-triage-worker');

    expect(reference).toEqual({ name: secret?.metadata.name, key: Object.keys(secret?.stringData ?? {})[0] });
    expect(worker?.spec.template?.spec.containers[0]?.env?.map(({ name }) => name)).toContain('AGENT_TOKEN');
  });

  it('lists every file but the example of a Secret', () => {
    const { resources, namespace } = parse(read('kustomization.yaml')) as { resources: string[]; namespace: string };

    expect(resources).toEqual(['namespace.yaml', 'daemonset.yaml']);
    expect(namespace).toBe(daemonSet?.metadata.namespace);
  });
});

test('the image brings the program that agents run', () => {
  expect(readFileSync(join(folder, '../../Dockerfile'), 'utf8')).toMatch(/apt-get install .*iproute2/);
});
