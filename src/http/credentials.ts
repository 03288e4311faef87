/** The secret that a request carries in its Authorization header: a bearer token, or the password of basic authentication. */
export interface Credentials {
  readonly scheme: 'bearer' | 'basic';
  readonly secret: string;
}

/** Null where the header is absent or neither Bearer nor Basic. */
export function credentialsOf(header: string | undefined): Credentials | null {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === 'bearer') return { scheme: 'bearer', secret: value };
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? null : { scheme: 'basic', secret: decoded.slice(colon + 1) };
}
