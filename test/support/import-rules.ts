/** What a folder of src may import besides itself. */
export interface ImportRule {
  readonly folders: readonly string[];
  /** Folders of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages; those with a star at their end stand for all that begin so. */
  readonly packages: readonly string[];
}

/** What each folder of src may import besides itself, and the packages that only it may. docs/architecture.md says why. */
export const importRules: Readonly<Record<string, ImportRule>> = {
  core: { folders: [], packages: [] },
  network: { folders: ['core'], types: ['cluster'], packages: ['ipaddr.js', 'node:crypto'] },
  cluster: { folders: ['core'], packages: ['@kubernetes/client-node', 'undici', 'js-yaml', 'typebox', 'typebox/*', 'node:*'] },
  facts: { folders: ['core', 'network'], types: ['cluster'], packages: [] },
  collectors: { folders: ['core', 'cluster', 'network', 'facts'], packages: ['yaml', 'js-yaml', 'node:*'] },
  runbooks: { folders: ['core', 'collectors', 'facts', 'network'], types: ['cluster'], packages: [] },
  incidents: { folders: ['core'], packages: ['node:crypto'] },
  probe: { folders: ['core', 'network'], types: ['collectors'], packages: ['node:*'] },
  agent: {
    folders: ['core', 'cluster', 'network', 'facts', 'http', 'observability', 'probe'],
    types: ['collectors'],
    packages: ['fastify', '@fastify/*', 'typebox', 'undici', 'node:*'],
  },
  proxy: { folders: ['core', 'http', 'store', 'sinks'], packages: ['fastify', 'undici', 'node:*'] },
  sinks: {
    folders: ['core', 'incidents'],
    types: ['store', 'queue'],
    packages: ['@slack/web-api', '@slack/types', 'undici', 'node:*', 'pino'],
  },
  queue: { folders: ['core', 'incidents', 'store', 'redis'], packages: ['bullmq', 'ioredis', 'node:*'] },
  store: { folders: ['core', 'incidents', 'redis'], packages: ['ioredis', 'node:*'] },
  redis: { folders: ['core'], packages: ['ioredis', 'node:*'] },
  workers: {
    folders: ['core', 'collectors', 'runbooks', 'incidents', 'queue', 'store', 'sinks', 'observability', 'redis'],
    types: ['cluster', 'config'],
    packages: ['bullmq', 'ioredis', 'node:*', 'pino'],
  },
  http: {
    folders: ['core', 'observability', 'config', 'sinks'],
    packages: ['fastify', '@fastify/*', '@bull-board/*', 'fastify-plugin', 'node:*', 'typebox', 'pino', 'prom-client', 'ipaddr.js'],
  },
  webhook: {
    folders: ['core', 'incidents', 'queue', 'store', 'sinks', 'http', 'observability', 'config'],
    packages: ['fastify', '@fastify/*', 'node:*', 'typebox', 'typebox/*'],
  },
  observability: { folders: ['core'], packages: ['pino', 'prom-client', 'node:*'] },
  config: { folders: ['core', 'redis'], packages: ['typebox', 'typebox/*', 'yaml', 'js-yaml', 'node:*'] },
};
