/** Probes from the namespace that it runs in: each line on the standard input is an attempt, each on the standard output its outcome. */
import { createInterface } from 'node:readline';
import type { ProbeAttempt } from '../../src/collectors/prober.ts';
import { createProber } from '../../src/probe/prober.ts';

const prober = createProber({ timeoutMs: 500 });
process.stdout.write('listening\n');
for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await prober.probe(JSON.parse(line) as ProbeAttempt, new AbortController().signal);
  process.stdout.write(`${JSON.stringify({ ...outcome, own: prober.ownAddresses })}\n`);
}
