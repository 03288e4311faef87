import type { ReachError, ReachResult } from '../network/policy/reach.ts';
import type { MatrixResult } from './reach-workloads.ts';

/** Names and reasons come from the cluster: control characters must not reach a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}

/** A result for people: the verdict in the first line, then each side with its reason. */
export function renderResult(result: ReachResult | ReachError): string {
  if ('error' in result) return `error: ${plain(result.error)}`;
  const { from, to, port, protocol, verdict, egress, ingress } = result;
  return [
    `${plain(from)} -> ${plain(to)} ${port}/${protocol}: ${verdict.toUpperCase()}`,
    `  egress   ${egress.verdict}: ${plain(egress.why)}`,
    `  ingress  ${ingress.verdict}: ${plain(ingress.why)}`,
  ].join('\n');
}

/** The matrix for people: for each workload and port who gets in, who does not and by which policies. */
export function renderMatrix(results: Iterable<MatrixResult>): string {
  const byTarget = Map.groupBy(results, ({ toWorkload, to, port, protocol }) => `${toWorkload} ${port}/${protocol} (${to})`);
  return [...byTarget].map(([target, group]) => [plain(target), ...groupLines(group)].join('\n')).join('\n\n');
}

function groupLines(group: readonly MatrixResult[]): string[] {
  return (['allowed', 'blocked', 'unknown'] as const).flatMap((verdict) => {
    const some = group.filter((result) => result.verdict === verdict);
    if (some.length === 0) return [];
    return [`  ${verdict} (${some.length} of ${group.length})`, ...some.map((result) => `    ${plain(result.fromWorkload)}${by(result)}`)];
  });
}

function by({ verdict, egress, ingress }: MatrixResult): string {
  if (verdict === 'allowed') return '';
  const sides = [
    { name: 'egress', side: egress },
    { name: 'ingress', side: ingress },
  ];
  const said = sides
    .filter(({ side }) => side.verdict === verdict)
    .map(({ name, side }) => `${name} ${side.policies.join(', ') || side.why}`);
  return ` - ${plain(said.join('; '))}`;
}
