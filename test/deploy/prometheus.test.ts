import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { prometheusRule } from '../../scripts/prometheus-rule.ts';

const run = promisify(execFile);
const folder = new URL('../../deploy/prometheus/', import.meta.url);

test('promtool accepts the rules', async () => {
  const { stdout } = await run('promtool', ['check', 'rules', 'rules.yaml'], { cwd: folder });

  expect(stdout).toContain('SUCCESS: 3 rules found');
});

test('the rules fire when they should, and not otherwise', async () => {
  const { stdout } = await run('promtool', ['test', 'rules', 'rules.test.yaml'], { cwd: folder });

  expect(stdout).toContain('SUCCESS');
});

test('the PrometheusRule resource holds the same rules', async () => {
  const resource = await readFile(new URL('prometheusrule.yaml', folder), 'utf8');

  expect(resource).toBe(prometheusRule(await readFile(new URL('rules.yaml', folder), 'utf8')));
});
