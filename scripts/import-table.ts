/**
 * Puts the table of who may import whom into docs/architecture.md, between its two marks.
 * With `--check` it writes nothing and ends with status 1 when the table differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { importRules } from '../test/support/import-rules.ts';

const page = new URL('../docs/architecture.md', import.meta.url);
const begin = '<!-- imports: made by `npx node scripts/import-table.ts` -->';
const end = '<!-- end of imports -->';

function list(names: readonly string[]): string {
  return names.length === 0 ? '' : names.join(', ');
}

/** The page with the table as the rules are today. */
export function withImportTable(text: string): string {
  const rows = Object.entries(importRules).map(([folder, { folders, types = [], packages }]) => {
    const outside = packages.filter((name) => !name.startsWith('node:'));
    const inside = [...folders, ...types.map((name) => `${name} (types)`)];
    return `| ${folder} | ${list(inside) || 'nothing'} | ${list(outside.map((name) => `\`${name}\``))} |`;
  });
  const table = ['| folder | may import besides itself | packages |', '| --- | --- | --- |', ...rows].join('\n');
  return `${text.slice(0, text.indexOf(begin))}${begin}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}

if (import.meta.main) {
  const text = readFileSync(page, 'utf8');
  if (!process.argv.includes('--check')) {
    writeFileSync(page, withImportTable(text));
  } else if (text !== withImportTable(text)) {
    console.error('docs/architecture.md does not have the rules of test/support/import-rules.ts: run npx node scripts/import-table.ts');
    process.exitCode = 1;
  }
}
