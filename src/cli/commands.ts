import type { CommandEntry } from './command-line.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the service: take alerts, triage them, publish the diagnoses',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  {
    name: 'diagnose',
    summary: 'name the cause of one alert, from a live cluster or from files',
    load: async () => (await import('./diagnose.ts')).diagnoseCommand(),
  },
  {
    name: 'snapshot',
    summary: 'write what a triage would read into files that diagnose can read',
    load: async () => (await import('./snapshot.ts')).snapshotCommand(),
  },
  {
    name: 'reach',
    summary: 'say what the network policies let through',
    load: async () => (await import('./reach.ts')).reachCommand(),
  },
  {
    name: 'doctor',
    summary: 'check an installation and say what to mend',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  {
    name: 'demo',
    summary: 'see it at work on this machine, with nothing configured',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
];
