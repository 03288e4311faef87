import { Command, Option } from 'commander';
import { compose } from '../compose.ts';
import { type Role, roles } from '../compose/role.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { runbooks } from '../runbooks/index.ts';
import { endingSignal } from './ending-signal.ts';

/** The command `serve`: runs until SIGTERM or SIGINT, then finishes or hands back what is under way. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run the service: take alerts, triage them, publish the diagnoses')
    .addOption(new Option('--role <role>', 'which part of the service this process is').choices(roles).default('all'))
    .action(async ({ role }: { role: Role }) => {
      const config = loadConfig({ variables: process.env, runbooks: runbooks.map(({ id }) => id) });
      const logger = createLogger(config.logLevel);
      await serve(async () => compose(config, role, { logger }), logger);
      // Everything is closed. Whatever a library left open must not keep the process from ending.
      setTimeout(() => process.exit(), 1000).unref();
    });
}

async function serve(start: () => Promise<AsyncDisposable & { readonly url: string }>, logger: Logger): Promise<void> {
  const asked = endingSignal();
  await using service = await start();
  logger.info({ url: service.url }, 'ready to serve');
  const signal = await asked;
  logger.info({ signal }, 'closing: what is under way is finished or handed back');
}
