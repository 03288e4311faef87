import { causeIds } from '../src/core/causes.ts';
import { firstJudged, judgedCases, judgedReports, judgedScenarios } from '../test/incidents/support/labelled.ts';
import type { Answered, Judged, Label } from '../test/incidents/support/labelled.ts';

/** How right an answer is: the cause itself, something true that it brings about, something false, or no cause at all. */
type Grade = 'right' | 'symptom' | 'wrong' | 'silent';

const bars = { real: 0.95, certain: 0.99, likely: 0.9, falseAlarms: 0 } as const;

function gradeOf({ label, diagnosis: { rootCause }, alsoTrue }: Answered): Grade {
  if (rootCause === null) return label === 'no-fault' ? 'right' : 'silent';
  if (rootCause.id === label) return 'right';
  return alsoTrue.has(rootCause.id) ? 'symptom' : 'wrong';
}

const answerOf = ({ diagnosis: { rootCause } }: Answered): Label => rootCause?.id ?? 'no-fault';
const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

/** A table with columns as wide as their widest cell; the first is text, the rest are figures. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

function perCause(judged: readonly Answered[]): string {
  const labels: readonly Label[] = [...causeIds, 'no-fault'];
  const rows = labels.flatMap((label) => {
    const all = judged.filter((one) => one.label === label);
    if (all.length === 0) return [];
    const right = all.filter((one) => gradeOf(one) === 'right');
    const detailed = right.filter(({ detail }) => detail !== null);
    const exact = detailed.filter(({ detail, diagnosis }) => diagnosis.rootCause?.detail === detail);
    return [[label, String(all.length), String(right.length), percent(right.length, all.length), percent(exact.length, detailed.length)]];
  });
  return table(['cause', 'incidents', 'named first', 'accuracy', 'detail right'], rows);
}

function confusion(judged: readonly Answered[]): string {
  const confused = judged.filter((one) => gradeOf(one) !== 'right');
  if (confused.length === 0) return 'nothing was taken for anything else';
  const pairs = Map.groupBy(confused, (one) => `${one.label} -> ${answerOf(one)}`);
  const rows = [...pairs].map(([pair, all]) => [pair, String(all.length), gradeOf(all[0] ?? confused[0] ?? (judged[0] as Answered))]);
  return table(
    ['true cause -> named cause', 'times', 'which is'],
    rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

function calibration(judged: readonly Answered[]): string {
  const claims = judged.filter(({ diagnosis }) => diagnosis.rootCause !== null);
  const rows = (['certain', 'likely', 'possible'] as const).map((level) => {
    const all = claims.filter(({ diagnosis }) => diagnosis.rootCause?.confidence === level);
    const count = (grade: Grade): number => all.filter((one) => gradeOf(one) === grade).length;
    const figures = [all.length, count('right'), count('symptom'), count('wrong')].map(String);
    return [level, ...figures, percent(count('right') + count('symptom'), all.length)];
  });
  return table(['confidence', 'claims', 'right', 'true, not deepest', 'false', 'true'], rows);
}

/** The share of true claims at a level; 1 where there are none. */
function trueShare(judged: readonly Judged[], level: 'certain' | 'likely'): number {
  const all = judged.filter(({ diagnosis }) => diagnosis.rootCause?.confidence === level);
  return all.length === 0 ? 1 : all.filter((one) => gradeOf(one) !== 'wrong').length / all.length;
}

/** What is below its bar, in words. */
function failures(whole: readonly Judged[], all: readonly Judged[]): readonly string[] {
  const real = whole.filter(({ set }) => set === 'real');
  const share = real.filter((one) => gradeOf(one) === 'right').length / real.length;
  const alarms = whole.filter((one) => one.label === 'no-fault' && gradeOf(one) !== 'right').length;
  return [
    share < bars.real ? `real incidents: ${percent(share, 1)} named first, below ${percent(bars.real, 1)}` : '',
    trueShare(all, 'certain') < bars.certain
      ? `"certain" is true in ${percent(trueShare(all, 'certain'), 1)}, below ${percent(bars.certain, 1)}`
      : '',
    trueShare(all, 'likely') < bars.likely
      ? `"likely" is true in ${percent(trueShare(all, 'likely'), 1)}, below ${percent(bars.likely, 1)}`
      : '',
    alarms > bars.falseAlarms ? `${alarms} false alarms` : '',
  ].filter((one) => one !== '');
}

const all: Judged[] = [];
for await (const one of judgedCases()) all.push(one);
for await (const one of judgedScenarios()) all.push(one);
const reports: Judged[] = [];
for await (const one of judgedReports()) reports.push(one);
const of = (set: Judged['set']): readonly Judged[] => all.filter((one) => one.set === set);
const whole = all.filter(({ set }) => set !== 'blinded');
const title = (text: string, judged: readonly Answered[]): string => {
  const right = judged.filter((one) => gradeOf(one) === 'right').length;
  return `\n${text}: ${right} of ${judged.length} named first (${percent(right, judged.length)})`;
};
const noFault = whole.filter(({ label }) => label === 'no-fault');

console.log(`${title('Real incidents, each in six stagings', of('real'))}\n\n${perCause(of('real'))}`);
console.log(`${title('Scenarios', of('scenario'))}\n\n${perCause(of('scenario'))}`);
console.log(`\nConfusion, with all evidence at hand\n\n${confusion(whole)}`);
console.log(`\nCalibration, with all evidence at hand\n\n${calibration(whole)}`);
console.log(
  `\nCalibration of the scenarios without one kind of evidence, ${of('blinded').length} diagnoses\n\n${calibration(of('blinded'))}`,
);
console.log(`\nConfusion without one kind of evidence\n\n${confusion(of('blinded'))}`);
console.log(`\nFalse alarms: ${noFault.filter((one) => gradeOf(one) !== 'right').length} in ${noFault.length} incidents without a fault`);
for (const [text, judged] of [
  ['Held out, first round: the first answers', firstJudged(1)],
  ['Held out, second round: the first answers', firstJudged(2)],
  ['Held out, third round: the first answers', firstJudged(3)],
  ['Held out, as they are answered now', reports],
] as const)
  console.log(`${title(text, judged)}\n\n${calibration(judged)}\n\n${confusion(judged)}`);
const below = failures(whole, all);
for (const one of below) console.log(`Below the bar: ${one}`);
process.exitCode = below.length === 0 ? 0 : 1;
