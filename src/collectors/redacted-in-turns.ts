import { ownTurn } from '../cluster/turns.ts';
import { redactObject } from '../core/redact.ts';

/** So many objects take some milliseconds. */
const itemsPerTurn = 250;

/** What `redactObject` gives; of a long list of objects a part at a time, so that others get their turn between. */
export async function redactedInTurns(value: unknown): Promise<unknown> {
  // What is masked in a list of texts depends on the text before it.
  if (!Array.isArray(value) || value.length <= itemsPerTurn || value.some((item) => typeof item === 'string')) return redactObject(value);
  const redacted: unknown[] = [];
  for (let from = 0; from < value.length; from += itemsPerTurn) {
    await ownTurn();
    redacted.push(...redactObject(value.slice(from, from + itemsPerTurn)));
  }
  return redacted.every((item, place) => item === value[place]) ? value : redacted;
}
