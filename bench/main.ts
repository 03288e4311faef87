import { cpus, totalmem } from 'node:os';
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { measureClusters } from './cluster/measure-clusters.ts';
import { podPlan } from './cluster/plan.ts';
import { podObject } from './cluster/pods.ts';
import { measureGrowth } from './growth.ts';
import { measureIntake } from './intake.ts';
import type { Extent, Part } from './part.ts';
import { measureProxy } from './proxy/measure-proxy.ts';
import { measureStorms } from './storm/measure-storms.ts';

const parts: Readonly<Record<string, (extent: Extent) => Promise<Part>>> = {
  intake: measureIntake,
  triage: measureStorms,
  cluster: measureClusters,
  growth: measureGrowth,
  proxy: measureProxy,
};

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

const command = new Command('bench')
  .description(
    'Measures on this machine, over loopback only. Compare figures of one run with each other, not with those of other machines.',
  )
  .argument('[part...]', `which parts to measure: ${Object.keys(parts).join(', ')}; all where none is named`)
  .option('--rounds <n>', 'how often ratios, large clusters and storms of up to 1,000 alerts are measured; the median counts', positive, 3)
  .option('--seconds <n>', 'how long each rate is measured', positive, 3)
  .option('--divisor <n>', 'makes storms and clusters smaller by so much, to try it out', positive, 1)
  .option('--json <file>', 'writes the tables and the single measurements to this file')
  .parse();
const { json, ...extent } = command.opts<Extent & { json?: string }>();
const wanted = command.args.length === 0 ? Object.keys(parts) : command.args;
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0)
  command.error(`error: no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`, { exitCode: 2 });

/** How fast the machine is at what most of the work is: megabytes of JSON read in a second. */
function parseRate(): number {
  const text = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => podObject(podPlan({ nodes: 100, podsPerNode: 20 }, index))));
  JSON.parse(text);
  const started = performance.now();
  for (let round = 0; round < 5; round += 1) JSON.parse(text);
  return Math.round((5 * text.length) / 1_000 / (performance.now() - started));
}

const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, reads ${parseRate()} MB of JSON a second`;
console.log(machine);
const measured: Part[] = [];
for (const name of wanted) {
  const part = await parts[name]?.(extent);
  if (part === undefined) continue;
  measured.push(part);
  console.log(`\n${part.title}`);
  console.table(part.rows);
  // What was measured stays when a later part fails.
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, extent, parts: measured }, null, 2)}\n`);
}
