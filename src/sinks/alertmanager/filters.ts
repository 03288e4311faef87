import { masked } from '../../core/redact.ts';

type Labels = Readonly<Record<string, string>>;

const classicName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A text as Alertmanager's matcher parser reads it back: backslash, quote and newline are escaped, nothing else. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Names outside the classic set are quoted, which Alertmanager reads from 0.27 on; older ones have no such names. */
function labelName(name: string): string {
  return classicName.test(name) ? name : quoted(name);
}

/**
 * One `name="value"` filter per label: together they match the alerts that have all of them. A value that was masked before it was
 * stored is not asked for, so that more alerts may match than are meant.
 */
export function equalityFilters(labels: Labels): string[] {
  const known = Object.entries(labels).filter(([, value]) => !value.includes(masked));
  return known.map(([name, value]) => `${labelName(name)}=${quoted(value)}`);
}

/** Labels that tell most alerts apart. A filter on each would make the address of the request too long for servers on the way. */
const telling = ['alertname', 'namespace', 'pod', 'node'];
const valuesInFilter = 20;

/**
 * Filters that together match the alerts with any of these label sets, and as few others as is simply said: an Alertmanager may hold
 * ten thousand alerts that are none of ours.
 */
export function filtersForAll(labelSets: readonly Labels[]): readonly string[] {
  const [only] = labelSets;
  if (only !== undefined && labelSets.length === 1) return equalityFilters(only);
  return telling.flatMap((name) => {
    const values = [...new Set(labelSets.map((labels) => labels[name] ?? ''))];
    const isSaid = values.length <= valuesInFilter && values.every((value) => value !== '' && !value.includes(masked));
    return isSaid ? [oneOfFilter(name, values)] : [];
  });
}

/** A filter that matches the alerts that have one of these values in a label. The values are texts, not patterns. */
export function oneOfFilter(name: string, values: readonly string[]): string {
  const patterns = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `${labelName(name)}=~${quoted(patterns.join('|'))}`;
}
