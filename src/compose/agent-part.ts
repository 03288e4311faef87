import { agentHealth } from '../agent/agent-health.ts';
import { agentRoutes } from '../agent/agent-routes.ts';
import { ipCommand } from '../agent/ip-command.ts';
import { networkReader } from '../agent/read-network.ts';
import { packageVersion } from '../cli/version.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/mistakes.ts';
import { serveDocs } from '../http/docs.ts';
import { metricsRoute } from '../http/metrics-route.ts';
import { createServer, listen } from '../http/server.ts';
import { createMetrics } from '../observability/metrics.ts';
import { createProber } from '../probe/prober.ts';
import type { Tools } from './shared.ts';

/** Starts the agent of a node: it needs AGENT_TOKEN and the program `ip`, neither Redis nor the Kubernetes API. Returns its URL. */
export async function startAgent(config: Config, { logger, stack }: Tools): Promise<string> {
  const { agentToken, publicUrl } = config;
  if (agentToken === null) {
    const why = "is missing: an agent shows its node's network and opens connections, so it answers only who has the token";
    throw new ConfigError([`AGENT_TOKEN: ${why}; example: AGENT_TOKEN_FILE=/run/secrets/agent_token`]);
  }
  const ip = ipCommand();
  const app = await createServer({ logger });
  stack.defer(async () => app.close());
  await serveDocs(app, { publicUrl, version: packageVersion() });
  agentHealth(app, ip);
  metricsRoute(app, createMetrics());
  agentRoutes(app, { token: agentToken.reveal(), network: networkReader(ip), prober: createProber() });
  return listen(app, config.listen);
}
