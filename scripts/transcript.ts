/** Puts what the demo prints today into the README, between its two marks. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = `${root}README.md`;
const begin = '<!-- transcript: made by `npx node scripts/transcript.ts` -->';
const end = '<!-- end of transcript -->';

const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', 'demo', '--once'], { cwd: root, encoding: 'utf8' });
if (status !== 0) throw new Error(`the demo ended with status ${status}: ${stderr}`);
const text = readFileSync(readme, 'utf8');
const [before, rest] = [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end))];
writeFileSync(readme, `${before}${begin}\n\n\`\`\`console\n$ npm run demo -- --once\n${stdout.trim()}\n\`\`\`\n\n${rest}`);
