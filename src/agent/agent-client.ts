import { Agent, request } from 'undici';
import { ReadError } from '../cluster/reader.ts';
import type { AgentAddress } from './agent-pods.ts';

/** Asks one agent; gives its JSON. Throws ReadError. */
export interface AgentClient {
  get(agent: AgentAddress, path: string, signal: AbortSignal): Promise<unknown>;
  post(agent: AgentAddress, path: string, question: { readonly body: object; readonly signal: AbortSignal }): Promise<unknown>;
  close(): Promise<void>;
}

const usualTimeoutMs = 4000;
const mostBytes = 16 * 1024 * 1024;

/** A client that shows the agents AGENT_TOKEN. It goes to them directly, whatever proxies there are. */
export function openAgentClient(token: string, timeoutMs: number = usualTimeoutMs): AgentClient {
  const dispatcher = new Agent({ connect: { timeout: Math.min(2000, timeoutMs) }, maxResponseSize: mostBytes });
  const ask = async (agent: AgentAddress, { path, body, signal }: { path: string; body: object | null; signal: AbortSignal }) => {
    const host = agent.address.includes(':') ? `[${agent.address}]` : agent.address;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const answer = await request(`http://${host}:${agent.port}${path}`, {
        dispatcher,
        method: body === null ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, ...(body === null ? {} : { 'content-type': 'application/json' }) },
        body: body === null ? null : JSON.stringify(body),
        signal: limit,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw refused(agent, answer.statusCode, text);
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw error instanceof ReadError ? error : failed(agent, error);
    }
  };
  return {
    get: async (agent, path, signal) => ask(agent, { path, body: null, signal }),
    post: async (agent, path, { body, signal }) => ask(agent, { path, body, signal }),
    close: async () => dispatcher.destroy(),
  };
}

function refused({ pod, node }: AgentAddress, status: number, text: string): ReadError {
  if (status === 401) return new ReadError('unauthorized', `the agent ${pod} on ${node} has another AGENT_TOKEN`);
  return new ReadError('failed', `the agent ${pod} on ${node} answered ${status}: ${sentenceOf(text)}`);
}

/** Our own answers are `{"error"}`; something else may listen there. */
function sentenceOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error.slice(0, 300);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return text.replaceAll(/\s+/g, ' ').slice(0, 100);
}

function failed({ pod, node, address, port }: AgentAddress, error: unknown): ReadError {
  const who = `the agent ${pod} on ${node} (${address}:${port})`;
  if (error instanceof Error && /timeout|abort/i.test(error.name)) return new ReadError('timeout', `${who} did not answer in time`);
  if (error instanceof SyntaxError) return new ReadError('failed', `${who} answered with something that is no JSON`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = error instanceof Error && error.message !== '' ? error.message : code;
  return new ReadError(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'unreachable', `${who} does not answer: ${why}`, { cause: error });
}
