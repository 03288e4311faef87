import { loadConfig } from '../../../src/config/load-config.ts';

/** Every variable that the configuration asks for, found by asking it. */
export function knownVariables(): ReadonlySet<string> {
  const asked = new Set<string>();
  const variables = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  loadConfig({ variables, runbooks: [] });
  // Where the client of Kubernetes looks for itself, as kubectl does.
  return asked.add('KUBECONFIG');
}
