import { exhibit } from '../../core/evidence.ts';
import type { Evidence, Exhibit } from '../../core/evidence.ts';
import { confirmedOr, ruledOut, unknown } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { Node, Pod } from '../../cluster/wire.ts';
import type { Connectivity } from '../../collectors/connectivity.ts';
import type { NodeNetwork } from '../../collectors/node-view.ts';
import type { ProbeOutcome } from '../../collectors/prober.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { isReady } from '../../facts/pods.ts';
import type { Situation } from './situation.ts';
import { nodeSubject, place } from './situation.ts';
import { routeFaults } from './node-routes.ts';

/** What the rule compares. */
export interface ReachEvidence {
  readonly pod: SubjectPod;
  readonly nodes: readonly Node[];
  readonly connectivity: Evidence<Connectivity>;
  readonly nodeNetwork: Evidence<NodeNetwork>;
  readonly situation: Situation;
}

/** Where no policy blocks: does the pod's address answer, and do the node's routes and interfaces lead to it? */
export function routesLeadToPod(evidence: ReachEvidence): Verdict {
  const { pod: subject, connectivity, nodeNetwork, nodes, situation } = evidence;
  if (subject.pod === undefined || (subject.pod.status?.podIP ?? '') === '') return ruledOut('does not apply: the pod has no address');
  const faults = nodeNetwork.status === 'collected' ? routeFaults(nodeNetwork.value, { pod: subject.pod, nodes, situation }) : [];
  const silent = connectivity.status === 'collected' ? unanswered(connectivity.value) : [];
  if (faults.length > 0)
    return confirmedOr(
      faults.map((fault) => withProbes(fault, silent, connectivity)),
      '',
    );
  if (silent.length > 0 && connectivity.status === 'collected')
    return confirmedOr([unreachable(subject.pod, { silent, from: connectivity.value.from, situation })], '');
  if (connectivity.status === 'collected')
    return ruledOut(
      `the address answers from ${connectivity.value.from}: ${connectivity.value.attempts.map(attemptText).join('; ')}`,
      connectivity.value.attempts.slice(0, 4).map(attemptExhibit),
    );
  if (nodeNetwork.status === 'collected') return ruledOut("the node's routes and interfaces lead to the pod; no connection was tried");
  return unknown(`no connection was tried (${connectivity.why}) and the routes were not read (${nodeNetwork.why})`);
}

/** Attempts that got no answer at all; a refused connection is an answer of the pod's own network stack. */
function unanswered({ attempts }: Connectivity): readonly ProbeOutcome[] {
  const answered = attempts.some(({ outcome }) => outcome === 'open' || outcome === 'refused' || outcome === 'tls-error');
  return answered ? [] : attempts.filter(({ outcome }) => outcome === 'timeout' || outcome === 'unreachable');
}

function attemptText({ kind, address, port, outcome, durationMs }: ProbeOutcome): string {
  return `${kind} ${address}:${port} ${outcome} after ${durationMs} ms`;
}

function attemptExhibit(attempt: ProbeOutcome): Exhibit {
  return exhibit(
    { kind: 'Probe', name: `${attempt.address}:${attempt.port}` },
    `${attemptText(attempt)}${attempt.text === '' ? '' : `: ${attempt.text}`}`,
  );
}

function withProbes(fault: Finding, silent: readonly ProbeOutcome[], connectivity: Evidence<Connectivity>): Finding {
  if (silent.length > 0)
    return { ...fault, confidence: 'certain', exhibits: [...fault.exhibits, ...silent.slice(0, 3).map(attemptExhibit)] };
  const answers = connectivity.status === 'collected';
  return answers ? { ...fault, confidence: 'possible', summary: `${fault.summary} The address answers all the same.` } : fault;
}

function unreachable(
  pod: Pod,
  { silent, from, situation }: { silent: readonly ProbeOutcome[]; from: string; situation: Situation },
): Finding {
  const [proof = exhibit({ kind: 'Probe' }, 'no answer'), ...more] = silent.slice(0, 4).map(attemptExhibit);
  const where = `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''} (${pod.status?.podIP ?? ''})`;
  return {
    cause: 'route-misconfigured',
    detail: null,
    title: `The address of pod ${where} does not answer from ${from}`,
    subject: nodeSubject(situation),
    confidence: isReady(pod) ? 'likely' : 'possible',
    summary: `${silent.length} connections from ${from} to ${where} got no answer${isReady(pod) ? `, though the kubelet ${place(situation)} finds the pod Ready` : ''}: the way between the nodes is broken, not the pod.`,
    exhibits: [proof, ...more],
    nearness: 'target',
    at: null,
    actions: [
      {
        title: "See the node's routes",
        command: `kubectl debug node/${situation.here ?? '<node>'} -it --image=nicolaka/netshoot -- ip route`,
        risk: 'read-only',
      },
    ],
  };
}
