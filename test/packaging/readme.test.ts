import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { withImportTable } from '../../scripts/import-table.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { recordingDirectory } from '../../src/demo/recorded-cluster.ts';
import { createMetrics, observeQueueDepths } from '../../src/observability/metrics.ts';
import { runbooks } from '../../src/runbooks/index.ts';
import { examine } from '../../src/workers/examine.ts';
import { knownVariables } from '../deploy/support/known-variables.ts';

const root = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root }), ...globSync('src/runbooks/*.md', { cwd: root })];

/** The rows of the table of variables: name, whether it has a star. */
const rows = [...readme.matchAll(/^\| `([A-Z_]+)`( \*)? \| /gm)].map(([, name = '', star]) => ({ name, isSecret: star !== undefined }));

/** The code blocks of a language. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].filter(([, name]) => name === language).map(([, , text = '']) => text);
}

describe('the README', () => {
  it('names every variable that is read, with a star on those that may be files, and no other', () => {
    const known = [...knownVariables()];
    const secrets = known.filter((name) => name.endsWith('_FILE') && known.includes(name.replace(/_FILE$/, '')));

    expect(rows.map(({ name }) => name).toSorted()).toEqual(known.filter((name) => !secrets.includes(name)).toSorted());
    expect(rows.flatMap(({ name, isSecret }) => (isSecret ? [`${name}_FILE`] : [])).toSorted()).toEqual(secrets.toSorted());
  });

  it('shows a CONFIG_FILE that is accepted', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'podnet-readme-'));
    const file = join(dir, 'config.yaml');
    await writeFile(file, blocks('yaml').find((text) => text.includes('thresholds:')) ?? '');

    const config = loadConfig({ variables: { CONFIG_FILE: file }, runbooks: runbooks.map(({ id }) => id) });

    await rm(dir, { recursive: true });
    expect(config.slackRoutes).toHaveLength(1);
    expect(Object.keys(config.clusters)).toEqual(['prod-eu']);
  });

  it('names every command', () => {
    const [section = ''] = /^## Command line$[\s\S]*?^```/m.exec(readme) ?? [];
    const named = [...section.matchAll(/^\| `(\w+)[^`]*` \| /gm)].map(([, name]) => name);

    expect(named).toEqual(commands.map(({ name }) => name));
  });

  it('names metrics that exist', async () => {
    const metrics = createMetrics();
    observeQueueDepths(metrics, async () => ({}));
    const exposed = await metrics.registry.metrics();

    const named = [...readme.matchAll(/`(podnet_triage_\w+)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !exposed.includes(`# TYPE ${name} `))).toEqual([]);
  });

  it('has a transcript of the demo that says what the demo says today', async () => {
    const transcript = blocks('console').find((text) => text.includes('npm run demo')) ?? '';
    const pod = /pod +shop\/(\S+)/.exec(transcript)?.[1] ?? '';
    const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod };
    const alert = {
      alertname: 'KubePodNotReady',
      fingerprint: null,
      status: 'firing',
      startsAt: null,
      endsAt: null,
      labels,
      annotations: {},
      generatorUrl: '',
    } as const;
    const cluster = await openSnapshot(recordingDirectory);
    const { diagnosis } = await examine(alert, {
      cluster,
      clusterName: null,
      view: new ClusterView({ maxAgeMs: 0 }),
      signal: AbortSignal.timeout(20_000),
    });

    const said = transcript.replaceAll(/[\s|]+/g, ' ');
    expect(diagnosis.rootCause).not.toBeNull();
    expect(said).toContain(diagnosis.headline);
    expect(said).toContain(`triage_root_cause ${diagnosis.rootCause?.id}`);
  });
});

describe('the pages for people', () => {
  it.each(pages)('link only to what exists: %s', (page) => {
    const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it('show the rules of imports as they are', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

    expect(page).toBe(withImportTable(page));
  });

  it('name only files and folders of the project that exist', () => {
    const named = pages.flatMap((page) => [
      ...readFileSync(join(root, page), 'utf8').matchAll(/`((?:src|test|deploy|docs|scripts|bin)\/[\w./-]+)`/g),
    ]);

    expect(named.map(([, path = '']) => path).filter((path) => !path.includes('NAME') && !existsSync(join(root, path)))).toEqual([]);
  });

  it('list every decision', () => {
    const files = globSync('*.md', { cwd: join(root, 'docs/decisions') }).filter((file) => file !== 'README.md');
    const index = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');

    expect(files.filter((file) => !index.includes(`(${file})`))).toEqual([]);
  });
});
