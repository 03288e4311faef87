import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ask } from './support.ts';
import { indexOf, type TableCluster, type TablePod, type TablePolicy } from './table-cluster.ts';
import { evened, filledIn } from './truth-table.ts';

/** A file of tables: one cluster, and cases that each put policies into it. */
interface TableFile {
  /** Where the facts are from. */
  readonly source: string;
  readonly cluster: TableCluster;
  readonly cases: readonly TableCase[];
}

interface TableCase {
  readonly name: string;
  /** Namespaces and pods that are otherwise than in the file's cluster. */
  readonly namespaces?: TableCluster['namespaces'];
  readonly pods?: Readonly<Record<string, TablePod>>;
  readonly policies: readonly TablePolicy[];
  readonly tables: readonly string[];
}

const folder = join(import.meta.dirname, 'tables');

for (const path of globSync(join(folder, '*.yaml')).toSorted()) {
  const { source, cluster, cases } = parse(readFileSync(path, 'utf8')) as TableFile;
  describe(`${basename(path, '.yaml')}: ${source}`, () => {
    it.each(cases)('$name', async ({ namespaces, pods, policies, tables }) => {
      const changed = { ...cluster, namespaces: { ...cluster.namespaces, ...namespaces }, pods: { ...cluster.pods, ...pods } };
      const index = await indexOf(changed, policies);
      for (const table of tables) expect(filledIn(table, (connection) => ask(index, ...connection).verdict)).toBe(evened(table));
    });
  });
}
