import { oneLine } from '../visible-text.ts';
import { actionIds } from './buttons.ts';
import type { ButtonValue } from './buttons.ts';

/** What a pressed button asks for. */
export interface ButtonPress extends ButtonValue {
  readonly action: 'retriage' | 'acknowledge' | 'dispute';
  /** Who pressed it, as Slack names them. */
  readonly by: string;
  /** Where Slack takes an answer for that person alone; null where it named no such address. */
  readonly responseUrl: string | null;
}

/** What buttons do. Each throws when it could not be stored. */
export interface InteractionContext {
  /** Queues another triage of what this triage was about; null where it is not stored any more. */
  readonly retriage: (triage: string, reason: string) => Promise<{ readonly id: string } | null>;
  readonly acknowledge: (incident: string, by: string) => Promise<void>;
  /** Stores that the diagnosis is wrong, together with its recording, so that it can become a test. */
  readonly dispute: (incident: string, triage: string, by: string) => Promise<void>;
  /** Says something to the person who pressed the button, and to nobody else. Does not reject. */
  readonly respond: (responseUrl: string, text: string) => Promise<void>;
}

/** How the request is answered: what Slack gets (an empty 200 within three seconds), or what was wrong with it. */
export type InteractionAnswer = { readonly status: 200 } | { readonly status: 400; readonly error: string };

/** Does what a verified interaction payload asks for and tells the person. Payloads that ask for nothing of ours are answered 200. */
export async function handleInteraction(payload: unknown, context: InteractionContext): Promise<InteractionAnswer> {
  const read = readInteraction(payload);
  if (read.kind === 'malformed') return { status: 400, error: read.why };
  if (read.kind === 'none') return { status: 200 };
  const said = await perform(read.press, context);
  // Slack gives up on the press after three seconds, part of which storing it took: its answer does not wait for this one.
  if (read.press.responseUrl !== null) void context.respond(read.press.responseUrl, said);
  return { status: 200 };
}

/** What an interaction payload holds: a press of one of our buttons, nothing to do (links, others' buttons), or nonsense. */
export type ReadInteraction =
  | { readonly kind: 'press'; readonly press: ButtonPress }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly why: string };

/** Reads what Slack sends when a button is pressed. The payload is not trusted: its shape is checked field by field. */
export function readInteraction(payload: unknown): ReadInteraction {
  if (!isObject(payload) || typeof payload['type'] !== 'string') return { kind: 'malformed', why: 'the payload has no type' };
  if (payload['type'] !== 'block_actions') return { kind: 'none' };
  const pressed: unknown = Array.isArray(payload['actions']) ? payload['actions'][0] : undefined;
  if (!isObject(pressed)) return { kind: 'malformed', why: 'the payload has no actions' };
  const action = actions.find((one) => actionIds[one] === pressed['action_id']);
  if (action === undefined) return { kind: 'none' };
  const value = buttonValue(pressed['value']);
  if (value === null) return { kind: 'malformed', why: 'the button carries no incident' };
  return { kind: 'press', press: { action, ...value, by: nameOf(payload['user']), responseUrl: responseUrlOf(payload['response_url']) } };
}

const actions = ['retriage', 'acknowledge', 'dispute'] as const;

async function perform({ action, incident, triage, by }: ButtonPress, context: InteractionContext): Promise<string> {
  switch (action) {
    case 'retriage': {
      const queued = await context.retriage(triage, `asked for in Slack by ${by}`);
      return queued === null
        ? 'This triage is not stored any more, so it cannot be run again.'
        : 'Triaging again. The message changes when it is done.';
    }
    case 'acknowledge':
      await context.acknowledge(incident, by);
      return 'Acknowledged.';
    case 'dispute':
      await context.dispute(incident, triage, by);
      return 'Thank you. The diagnosis is marked as wrong and its evidence is kept.';
  }
}

function buttonValue(value: unknown): ButtonValue | null {
  if (typeof value !== 'string' || value.length > 2000) return null;
  const parsed = parsedJson(value);
  if (!isObject(parsed)) return null;
  const { incident, triage } = parsed;
  return typeof incident === 'string' && typeof triage === 'string' ? { incident, triage } : null;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function nameOf(user: unknown): string {
  if (!isObject(user)) return 'somebody';
  const name = [user['username'], user['name'], user['id']].find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? oneLine(name.slice(0, 200)).slice(0, 80) : 'somebody';
}

function responseUrlOf(url: unknown): string | null {
  return typeof url === 'string' && URL.canParse(url) ? url : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
