import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importRules as rules } from './support/import-rules.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  readonly file: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder = ''): readonly string[] {
  return readdirSync(join(src, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(src, file), 'utf8');
  const statements = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?([^;]*?)\sfrom\s+'([^']+)'/gm),
    ...text.matchAll(/()()\bimport\('([^']+)'\)/g),
  ];
  return statements.map(([, type, names = '', to = '']) => {
    const inBraces = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
    const allTypes = inBraces !== undefined && inBraces.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
    return { file, to, typeOnly: type !== undefined || allTypes };
  });
}

const files = sourceFiles();
const folderOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '');
const all = files.flatMap(importsOf);

/** The file that an import of another file of ours names, relative to src. */
function targetOf({ file, to }: Import): string {
  return normalize(join(dirname(file), to));
}

/** Every file that one comes to by following imports. */
function reachedFrom(start: string, imported: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const left = [start];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    for (const next of imported.get(file) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      left.push(next);
    }
  }
  return reached;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name || name.startsWith(`${pattern}/`);
}

describe('imports', () => {
  it('finds the imports that it judges', () => {
    expect(all.length).toBeGreaterThan(files.length);
  });

  it.each(Object.keys(rules))('go one way from %s', (folder) => {
    const rule = rules[folder] ?? { folders: [], packages: [] };

    const wrong = all
      .filter(({ file, to }) => folderOf(file) === folder && to.startsWith('.'))
      .map((one) => ({ ...one, target: folderOf(targetOf(one)) }))
      .filter(
        ({ target, typeOnly }) =>
          target !== folder && !rule.folders.includes(target) && !(typeOnly && rule.types?.includes(target) === true),
      )
      .map(({ file, to }) => `${file} imports ${to}`);

    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(rules))('of packages stand only where they belong: %s', (folder) => {
    const rule = rules[folder] ?? { folders: [], packages: [] };

    const wrong = all
      .filter(({ file, to, typeOnly }) => folderOf(file) === folder && !to.startsWith('.') && !typeOnly)
      .filter(({ to }) => !rule.packages.some((pattern) => matches(pattern, to)))
      .map(({ file, to }) => `${file} imports ${to}`);

    expect(wrong).toEqual([]);
  });

  it('form no circle, not even of types', () => {
    const imported = new Map(
      files.map((file) => [file, all.flatMap((one) => (one.file === file && one.to.startsWith('.') ? [targetOf(one)] : []))]),
    );

    expect(files.filter((file) => reachedFrom(file, imported).has(file))).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(src, file), 'utf8')));

    expect(
      readers.filter(
        (file) => !file.startsWith('config/') && !file.startsWith('cli/') && !file.startsWith('cluster/live/') && file !== 'main.ts',
      ),
    ).toEqual([]);
  });

  it('uses no clock where all must be a function of values', () => {
    const pure = ['core', 'network', 'facts', 'runbooks', 'incidents'];

    const withClock = files.filter(
      (file) =>
        pure.includes(folderOf(file)) &&
        /\bDate\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|\bprocess\.[a-z]+[(.]/.test(readFileSync(join(src, file), 'utf8')),
    );

    expect(withClock).toEqual([]);
  });
});
