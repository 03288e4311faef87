import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { matchesAll, parseMatchers } from '../../src/core/matchers.ts';

const run = promisify(execFile);

/** Matchers as people write them, each on the label `x`. */
const matchers = [
  'x="shop"',
  'x!="shop"',
  'x=shop-eu',
  'x=~"shop"',
  'x=~shop|cart',
  'x!~"kube-.*"',
  'x=~".*"',
  'x=~".+"',
  'x=""',
  'x=~"(?i)SHOP"',
  'x=~"(?P<name>shop)-(?:eu|us)"',
  'x=~"(?i:S)hop"',
  String.raw`x=~"shop\-eu"`,
  String.raw`x=~"web-\d{1,3}"`,
  String.raw`x=~"web-\\d+"`,
  String.raw`x=~"[[:alpha:]]+"`,
  String.raw`x=~"[[:^digit:]]+"`,
  String.raw`x=~"[[:alnum:]_]+"`,
  String.raw`x=~"\Ashop\z"`,
  String.raw`x=~"\pL+"`,
  String.raw`x=~"\p{Lu}\P{Lu}+"`,
  String.raw`x=~"\p{Greek}+"`,
  String.raw`x=~"\Qa.b\E"`,
  String.raw`x=~"\x{68}ost"`,
  String.raw`x=~"a{b}"`,
  String.raw`x=~"a\/b"`,
  String.raw`x=~"a\_b"`,
  'x=~"."',
  'x="Ünï✓"',
  'x=~"Ü.*"',
];

const values = [
  '',
  'shop',
  'SHOP',
  'Shop',
  'shop-eu',
  'shop-us',
  'cart',
  'kube-system',
  'web-12',
  'web-1234',
  'αβγ',
  '😀',
  'Ünï✓',
  'Z',
  'a.b',
  'axb',
  'host',
  'a{b}',
  'a/b',
  'a_b',
  '7',
  'A',
  'Ashopz',
  'pL',
  'Qa.bE',
];

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podnet-matchers-'));
  config = join(folder, 'alertmanager.yml');
  const routes = matchers.map((matcher, index) => ({ receiver: `r${index}`, matchers: [matcher], continue: true }));
  const receivers = ['nobody', ...routes.map(({ receiver }) => receiver)].map((name) => ({ name }));
  await writeFile(config, stringify({ route: { receiver: 'nobody', routes }, receivers }));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test.each(values)('a label of %j is matched by what Alertmanager itself would match it with', async (value) => {
  const labels: Record<string, string> = value === '' ? { y: 'z' } : { x: value };
  const given = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${config}`, ...given]);
  const theirs = stdout
    .trim()
    .split(',')
    .filter((receiver) => receiver !== 'nobody')
    .map((receiver) => matchers[Number(receiver.slice(1))]);

  expect(matchers.filter((matcher) => matchesAll(parseMatchers(matcher), labels))).toEqual(theirs);
});
