import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Missing, Recording } from '../../src/core/evidence.ts';
import { evaluateSteps, rulesInTurn } from '../../src/core/evaluate.ts';
import { lastOf } from '../../src/core/last-of.ts';
import { closingNumber, rulesOf, stepsOf } from '../../src/core/runbook.ts';
import type { Case, Rule, Runbook } from '../../src/core/runbook.ts';
import { collectorsOf, runbooks } from '../../src/runbooks/index.ts';

const folder = new URL('../../src/runbooks/', import.meta.url);
const fileOf = ({ id }: Runbook): string =>
  id
    .replace(/^PodIP/, 'PodIp')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
const at: Case = {
  now: '2026-03-14T10:30:00Z',
  alertStartsAt: '2026-03-14T10:20:00Z',
  target: { kind: 'pod', namespace: 'shop', name: 'checkout-1', node: null },
  alert: { alertname: 'KubePodNotReady', labels: {}, status: 'firing' },
};

function cited({ from, optional }: Rule): string {
  const steps = `from Playbook ${from.length === 1 ? 'step' : 'steps'} ${from.join(', ')}`;
  return optional.length === 0 ? `(${steps})` : `(${steps}; better with ${optional.toSorted((a, b) => a - b).join(', ')})`;
}

/** The Markdown on one line, so that line breaks inside a sentence don't matter. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Every rule as it is written: number, title and citation; those of the closing paragraph have no number. */
function writtenRules(diagnosis: string): readonly string[] {
  const numbered = [...diagnosis.matchAll(/(\d+\. \*\*.+?\*\*) (\(.+?\))/g)].map(([, title = '', steps = '']) => `${title} ${steps}`);
  const closing = [...diagnosis.matchAll(/- (.+?) (\(from Playbook .+?\))/g)].map(([, title = '', steps = '']) => `- ${title} ${steps}`);
  return [...numbered, ...closing];
}

describe('the registry of runbooks', () => {
  it('names every runbook file of the folder, and each has its Markdown beside it', () => {
    const files = readdirSync(folder);

    const markdown = files.filter((name) => name.endsWith('.md')).map((name) => name.replace('.md', ''));

    expect(runbooks.map(fileOf).toSorted()).toEqual(markdown.toSorted());
    for (const name of markdown) expect(files).toContain(`${name}.ts`);
  });
});

describe.each(runbooks.map((book) => [book.id, book] as const))('%s', (_id, book) => {
  const markdown = readFileSync(new URL(`${fileOf(book)}.md`, folder), 'utf8');

  it('has the numbers and titles of its written steps', () => {
    const written = /## Playbook\n([\s\S]*?)\n## /.exec(markdown)?.[1] ?? '';

    const lines = stepsOf(book).map(([number, { title }]) => `${number}. ${title}`);

    expect(written.trim().split('\n')).toEqual(lines);
  });

  it('has the numbers, titles and citations of its written rules, in their order and no others', () => {
    const diagnosis = flat(/## Diagnosis\n([\s\S]*)$/.exec(markdown)?.[1] ?? '');

    const coded = [
      ...rulesOf(book).map(([number, rule]) => `${number}. **${rule.title}** ${cited(rule)}`),
      ...book.otherwise.map((rule) => `- ${rule.title} ${cited(rule)}`),
    ];

    expect(writtenRules(diagnosis)).toEqual(coded);
    expect(diagnosis).toContain(`(rule ${closingNumber(book)})`);
  });

  it('answers the alerts that its text names', () => {
    expect(markdown).toContain(`# ${book.id}\n\nAnswers the alerts ${book.alerts.join(' and ')}.\n`);
  });

  it('numbers its steps and rules from 1 without a gap', () => {
    expect(stepsOf(book).map(([number]) => number)).toEqual(stepsOf(book).map((_, index) => index + 1));
    expect(rulesOf(book).map(([number]) => number)).toEqual(rulesOf(book).map((_, index) => index + 1));
  });

  it('cites each of its steps in a rule', () => {
    const rules = [...rulesOf(book).map(([, rule]) => rule), ...book.otherwise];

    const used = new Set(rules.flatMap(({ from, optional }) => [...from, ...optional]));

    expect(
      stepsOf(book)
        .map(([number]) => number)
        .filter((number) => !used.has(number)),
    ).toEqual([]);
  });

  it.each(['forbidden', 'timeout', 'not-captured', 'failed'] as const)(
    'confirms nothing and rules nothing out when all evidence is %s',
    (reason) => {
      const missing: Missing = { status: 'missing', reason, why: `it is ${reason}`, command: 'kubectl get x', durationMs: 1 };
      const recording: Recording = Object.fromEntries(collectorsOf([book]).map(({ name }) => [name, missing]));

      const rules = lastOf(rulesInTurn(book, recording, at));

      expect(rules.map(({ verdict }) => verdict.kind)).toEqual(rules.map(() => 'unknown'));
      expect(evaluateSteps(book, recording).map(({ status }) => status)).toEqual(stepsOf(book).map(() => 'failed'));
    },
  );
});
