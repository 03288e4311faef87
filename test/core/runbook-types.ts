/* oxlint-disable no-dupe-keys -- A number that is used twice is one of the things that must not compile. */
/** What must not compile. Checked by tsc: an expectation that is not met is an error. */
import { runbook, step } from '../../src/core/runbook.ts';
import type { Reading } from '../../src/core/runbook.ts';
import { ruledOut } from '../../src/core/verdict.ts';

const weather: Reading<'weather', string> = { name: 'weather', what: 'the weather', shows: [] };
const tide: Reading<'tide', number> = { name: 'tide', what: 'the tide', shows: [] };
const book = runbook({ id: 'Storm', alerts: [] }).playbook({ 1: step('Look up', weather), 2: step('Look down', tide) });

book.diagnosis((rule) => ({
  // @ts-expect-error A step that does not exist can't be cited.
  1: rule({ title: 'cites nothing', from: [3], decide: () => ruledOut('') }),
  // @ts-expect-error A value that is not cited can't be read.
  2: rule({ title: 'reads too much', from: [1], decide: ({ tide: height }) => ruledOut(String(height)) }),
  // @ts-expect-error A cited value has its own type.
  3: rule({ title: 'takes a number for a text', from: [2], decide: ({ tide: height }) => ruledOut(height.trim()) }),
  // @ts-expect-error Optional evidence may be missing, so its value needs a look first.
  4: rule({ title: 'trusts too much', from: [1], optional: [2], decide: ({ tide: height }) => ruledOut(String(height.value)) }),
}));

export const twice = {
  1: step('Look up', weather),
  // @ts-expect-error A number is used once.
  1: step('Look down', tide),
};
