import { causeIds } from '../../src/core/causes.ts';
import { schemaFaults } from './diagnosis-schema.ts';
import type { DiagnosedCause, Diagnosis } from '../../src/core/diagnosis.ts';

/** Where a diagnosis departs from what every diagnosis must be, in words; empty where it does not. */
export function diagnosisFaults(diagnosis: Diagnosis): readonly string[] {
  return [
    ...schemaFaults(diagnosis),
    ...shapeFaults(diagnosis),
    ...evidenceFaults(diagnosis),
    ...outcomeFaults(diagnosis),
    ...numberFaults(diagnosis),
  ];
}

const fault = (isFault: boolean, what: string): readonly string[] => (isFault ? [what] : []);

function shapeFaults(diagnosis: Diagnosis): readonly string[] {
  const { nextActions, unchecked, rules, steps, timeline } = diagnosis;
  const commands = [...nextActions, ...unchecked].map(({ command }) => command);
  const times = timeline.map(({ at }) => Date.parse(at));
  return [
    ...fault(times.join() !== times.toSorted((a, b) => a - b).join(), 'the timeline is not in order of time'),
    // A placeholder such as <pod> would be read from and written to.
    ...unchecked.flatMap(({ command }) =>
      fault(/\b(?:NAMESPACE|POD|PLUGIN|NODE|PORT|ADDRESS)\b/.test(command), `a command with a blank: ${command}`),
    ),
    ...commands.flatMap((one) => fault(/[<>`]/.test(withoutQuoted(one)), `a command that is not safe to paste: ${one}`)),
    ...rules.flatMap(({ number, verdict, why }) => fault(why === '', `rule ${number} is ${verdict} without a reason`)),
    ...steps.flatMap(({ number, status, why }) => fault(status !== 'done' && why === '', `step ${number} is ${status} without a reason`)),
  ];
}

/** A command without what stands in quotes. */
export function withoutQuoted(command: string): string {
  return command.replaceAll(/'[^']*'/g, '').replaceAll(/"[^"`]*"/g, '');
}

function evidenceFaults({ evidence, rootCause, alternatives, symptoms, rules, steps, timeline }: Diagnosis): readonly string[] {
  const ids = new Set(evidence.map(({ id }) => id));
  const causes = [rootCause, ...alternatives, ...symptoms].filter((one): one is DiagnosedCause => one !== null);
  const cited = [...causes, ...rules, ...steps].flatMap((one) => one.evidence).concat(timeline.map((one) => one.evidence));
  return [
    ...fault(ids.size !== evidence.length, 'an evidence id stands twice'),
    ...cited.flatMap((id) => fault(!ids.has(id), `evidence ${id} is cited and not there`)),
    ...causes.flatMap((one) => fault(one.evidence.length === 0, `${one.id} is claimed without evidence`)),
    ...causes.flatMap((one) => fault(!causeIds.includes(one.id), `${one.id} is no cause of the catalogue`)),
    ...rules.flatMap((one) => fault(one.verdict === 'matched' && one.evidence.length === 0, `rule ${one.number} matched without evidence`)),
  ];
}

function outcomeFaults({ outcome, rootCause, runbook, rules, impact }: Diagnosis): readonly string[] {
  const matched = rules.some((one) => one.runbook === runbook && one.verdict === 'matched');
  return [
    ...fault(outcome === 'root-cause' && impact.pods + impact.nodes === 0, 'a root cause that hits nothing'),
    ...fault((outcome === 'root-cause') !== (rootCause !== null), `${outcome} with root cause ${rootCause?.id ?? 'none'}`),
    ...fault((rootCause === null) !== (runbook === null), `runbook ${runbook ?? 'none'} for root cause ${rootCause?.id ?? 'none'}`),
    ...fault(rootCause !== null && !matched, `no rule of ${runbook ?? ''} matched`),
  ];
}

function numberFaults({ steps, rules }: Diagnosis): readonly string[] {
  return ['PodIPConflict', 'PodIPNotReachable'].flatMap((runbook) => {
    const numbersOf = (list: readonly { runbook: string; number: number }[]): string =>
      list
        .filter((one) => one.runbook === runbook)
        .map(({ number }) => number)
        .join();
    return [
      ...fault(numbersOf(steps) !== '1,2,3,4,5,6', `steps of ${runbook} are ${numbersOf(steps)}`),
      ...fault(numbersOf(rules) !== '1,2,3,4,5,6,7', `rules of ${runbook} are ${numbersOf(rules)}`),
    ];
  });
}
