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

/** A filter that matches the alerts that have one of these values in a label. The values are texts, not patterns. */
export function oneOfFilter(name: string, values: readonly string[]): string {
  const patterns = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `${labelName(name)}=~${quoted(patterns.join('|'))}`;
}
