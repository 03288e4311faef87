const flagGroup = /^\(\?([is]+)\)/;

/**
 * A regular expression in Go's dialect (RE2), anchored at both ends as Alertmanager and Prometheus anchor theirs.
 * Leading flags `(?i)`, `(?s)` and named groups `(?P<name>…)` are understood. Throws SyntaxError.
 */
export function regularExpression(pattern: string): RegExp {
  const flags = flagGroup.exec(pattern)?.[1] ?? '';
  const body = pattern.replace(flagGroup, '').replaceAll('(?P<', '(?<');
  return new RegExp(`^(?:${body})$`, [...new Set(flags)].join(''));
}
