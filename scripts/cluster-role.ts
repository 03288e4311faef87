/**
 * Writes deploy/kubernetes/cluster-role.yaml: exactly the reads that the collectors of all runbooks declare.
 * With `--check` it writes nothing and ends with status 1 when the file differs.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { type Kind, kinds, resourceName } from '../src/cluster/kinds.ts';
import { collectorsOf, runbooks } from '../src/runbooks/index.ts';

const target = new URL('../deploy/kubernetes/cluster-role.yaml', import.meta.url);

const header = `# Made from what the collectors declare by \`npx node scripts/cluster-role.ts\`: change a collector, then run it.
# Only get and list, no Secrets. A group that the cluster does not serve does no harm here.
`;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Read {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

/** The reads behind a collector's permission, such as `list ippools.crd.projectcalico.org`, in every group that serves the kind. */
function readsOf(permission: string): readonly Read[] {
  const [verb = '', name = ''] = permission.split(' ');
  if (name === 'pods/log') return [{ group: '', resource: name, verb }];
  const kind = (Object.keys(kinds) as Kind[]).find((one) => resourceName(one) === name);
  if (kind === undefined) throw new Error(`a collector declares "${permission}", but no kind is called ${name}`);
  const { group, plural, alternatives = [] } = kinds[kind];
  return [group, ...alternatives.map((one) => one.group)].map((one) => ({ group: one, resource: plural, verb }));
}

/** One rule for all resources of a group that are read with the same verbs. */
function rulesFor(reads: readonly Read[]): readonly Rule[] {
  const byResource = Object.values(Object.groupBy(reads, ({ group, resource }) => `${group}/${resource}`)).flatMap((same) => {
    const [first] = same ?? [];
    return first === undefined ? [] : [{ ...first, verbs: sorted((same ?? []).map(({ verb }) => verb)) }];
  });
  const byVerbs = Object.values(Object.groupBy(byResource, ({ group, verbs }) => `${group} ${verbs.join()}`));
  return byVerbs
    .flatMap((same) => {
      const [first] = same ?? [];
      return first === undefined
        ? []
        : [{ apiGroups: [first.group], resources: sorted((same ?? []).map(({ resource }) => resource)), verbs: first.verbs }];
    })
    .toSorted((a, b) => (a.apiGroups[0] ?? '').localeCompare(b.apiGroups[0] ?? '') || a.verbs.join().localeCompare(b.verbs.join()));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** The ClusterRole as YAML. */
export function clusterRole(): string {
  const permissions = sorted(collectorsOf(runbooks).flatMap((collector) => collector.permissions));
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'podnet-triage-worker', labels: { 'app.kubernetes.io/name': 'podnet-triage' } },
    rules: rulesFor(permissions.flatMap(readsOf)),
  };
  return header + stringify(role, { lineWidth: 0 });
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) {
    await writeFile(target, clusterRole());
  } else if ((await readFile(target, 'utf8')) !== clusterRole()) {
    console.error('deploy/kubernetes/cluster-role.yaml is not what the collectors declare: run npx node scripts/cluster-role.ts');
    process.exitCode = 1;
  }
}
