import { diagnosisFor, startWorkerSide } from '../support/redis-side.ts';

// A worker as a process of its own, for tests that kill it: `node queue-worker-process.ts URL holding|working`.
const [, , url = '', mode = 'working'] = process.argv;

startWorkerSide(url, {
  timeoutMs: 120_000,
  examine: async ({ id, alert }) => {
    process.stdout.write(`${mode} ${id}\n`);
    if (mode === 'holding') await new Promise(() => undefined);
    return { diagnosis: diagnosisFor(id, alert), recording: {} };
  },
});
