/**
 * Writes src/demo/recording, the cluster that the demo serves: a snapshot directory, as `podnet-triage diagnose --snapshot` reads
 * it. The cluster is made up; what its kubelets and plugins say is worded as theirs.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyObject } from '../src/cluster/kinds.ts';
import { clusterLogs, clusterObjects } from './demo-recording/cluster.ts';

const plurals: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' };
const fileOf = (kind: string): string => `${plurals[kind] ?? `${kind.toLowerCase()}s`}.json`;

/** A List with one object a line: small, and a change of one object is a change of one line. */
function listText(items: readonly AnyObject[]): string {
  return `{"apiVersion":"v1","kind":"List","items":[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]}\n`;
}

/** The files of the recording by their path in it. */
export function recordingFiles(): ReadonlyMap<string, string> {
  const byKind = Object.entries(Object.groupBy(clusterObjects(), ({ kind }) => kind ?? ''));
  return new Map([
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
