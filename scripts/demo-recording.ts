/**
 * Writes src/demo/recording, the cluster that the demo serves: a snapshot directory, as `podnet-triage diagnose --snapshot` reads
 * it. The cluster is made up; what its kubelets and plugins say is worded as theirs.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyObject, type Kind, kinds } from '../src/cluster/kinds.ts';
import { type CapturedKind, type Manifest, manifestFile, manifestSchema } from '../src/cluster/snapshot/manifest.ts';
import { isBuiltIn } from '../src/demo/kubernetes-api/object-table.ts';
import { clusterLogs, clusterObjects } from './demo-recording/cluster.ts';

const plurals: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' };
const fileOf = (kind: string): string => `${plurals[kind] ?? `${kind.toLowerCase()}s`}.json`;

/** A List with one object a line: small, and a change of one object is a change of one line. */
function listText(items: readonly AnyObject[]): string {
  return `{"apiVersion":"v1","kind":"List","items":[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]}\n`;
}

/** Says of each kind whether the cluster served it, as `podnet-triage snapshot` does. */
function manifest(): Manifest {
  const captured = (kind: Kind): CapturedKind => {
    const isServed = isBuiltIn(kind) || kinds[kind].group === 'crd.projectcalico.org';
    const missing = isServed
      ? null
      : ({ reason: 'not-installed', why: `the cluster serves no ${kinds[kind].plural}.${kinds[kind].group}` } as const);
    return { missing, namespaces: null, truncated: false };
  };
  const all = (Object.keys(kinds) as Kind[]).map((kind) => [kind, captured(kind)] as const);
  return { schema: manifestSchema, kinds: Object.fromEntries(all), absentLogs: [] };
}

/** The files of the recording by their path in it. */
export function recordingFiles(): ReadonlyMap<string, string> {
  const byKind = Object.entries(Object.groupBy(clusterObjects(), ({ kind }) => kind ?? ''));
  return new Map([
    [manifestFile, `${JSON.stringify(manifest(), null, 2)}\n`],
    ...byKind.map(([kind, items = []]) => [fileOf(kind), listText(items)] as const),
    ...Object.entries(clusterLogs()).map(([path, text]) => [`logs/${path}.log`, text] as const),
  ]);
}

if (import.meta.main) {
  const target = fileURLToPath(new URL('../src/demo/recording/', import.meta.url));
  await rm(target, { recursive: true, force: true });
  for (const [file, text] of recordingFiles()) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await writeFile(join(target, file), text);
  }
}
