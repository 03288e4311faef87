import type { Role } from './compose/role.ts';
import type { Outlets, Tools } from './compose/shared.ts';
import type { Config } from './config/config.ts';

/** A running process of the service. Disposing of it closes everything in the reverse order of its opening. */
export interface Service extends AsyncDisposable {
  readonly url: string;
}

/**
 * Builds everything that a role needs and starts it. Redis and the Kubernetes API may be away. What is open is closed again
 * when something cannot be opened; the error is for people.
 */
export async function compose(config: Config, role: Role, outlets: Outlets): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const url = await start(config, role, { ...outlets, stack });

  const opened = stack.move();
  return { url, [Symbol.asyncDispose]: async () => opened.disposeAsync() };
}

/**
 * Returns the base URL. Only the code of the role is loaded: the agent of each node and the proxy keep half as much in memory that
 * way, and the less there is, the sooner a garbage collection ends.
 */
async function start(config: Config, role: Role, tools: Outlets & Tools): Promise<string> {
  switch (role) {
    case 'agent':
      return (await import('./compose/agent-part.ts')).startAgent(config, tools);
    case 'proxy':
      return (await import('./compose/proxy-part.ts')).startProxy(config, tools);
    default:
      return (await import('./compose/service-part.ts')).startService(config, role, tools);
  }
}
