import type { Unchecked } from './diagnosis.ts';
import { gapText, isNothingToRead } from './evidence.ts';
import type { Recording } from './evidence.ts';
import { readingsOf } from './runbook.ts';
import type { Runbook } from './runbook.ts';

/** What the runbooks wanted to read and could not, in whole or in part, each once, with the command that shows it. */
export function uncheckedOf(runbooks: readonly Runbook[], recording: Recording): readonly Unchecked[] {
  const byWhat = new Map<string, Unchecked>();
  for (const { name, what } of readingsOf(runbooks)) {
    const evidence = recording[name];
    if (evidence === undefined) continue;
    if (evidence.status === 'collected') {
      if (evidence.gaps !== undefined) byWhat.set(what, { what, why: gapText(evidence.gaps), command: evidence.command });
      continue;
    }
    if (isNothingToRead(evidence.reason)) continue;
    byWhat.set(what, { what, why: evidence.why, command: evidence.command });
  }
  return [...byWhat.values()];
}
