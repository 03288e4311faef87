import type { Pod } from '../../cluster/wire.ts';

/** Why a pull failed, as far as its words tell. */
export interface PullFailure {
  readonly detail: string | null;
  readonly why: string;
}

type Kind = readonly [detail: string, why: string, pattern: RegExp];

/** The order decides: what a registry says of a name comes before what it says of the caller, and before the network's words. */
const kinds: readonly Kind[] = [
  ['no-space', 'the node has no space left for it', /no space left on device|disk quota exceeded/i],
  [
    'corrupt-content',
    'the node cannot unpack what it got',
    /failed to unpack image on|failed to extract layer|content digest \S+: not found|failed size validation|unexpected commit digest/i,
  ],
  [
    'invalid-name',
    'its name is not a valid image reference',
    /InvalidImageName|couldn't parse image (?:reference|name)|invalid reference format|repository name must be lowercase|Failed to apply default image tag|invalid image name|short[- ]name mode is enforcing|did not resolve to an alias/i,
  ],
  ['not-found', 'it is not on the node, and its pull policy is Never', /ErrImageNeverPull|is not present with pull policy of Never/i],
  [
    'signature-refused',
    "the node's policy refuses its signature",
    /SignatureValidationFailed|signature validation failed|Source image rejected|A signature was required|Running image \S* ?is rejected by policy/i,
  ],
  [
    'wrong-platform',
    "it has no build for the node's platform",
    /no match(?:ing manifest)? for (?:platform|linux|windows)|no matching manifest|does not match the specified platform|no image found in (?:image index|manifest list) for (?:architecture|os)|image operating system .* cannot be used|unsupported (?:platform|os)|choosing image instance/i,
  ],
  [
    'rate-limited',
    'the registry allows no more pulls for now',
    /toomanyrequests|too many requests|pull rate limit|\b429\b|rate limit (?:exceeded|reached)|pull QPS exceeded|quota exceeded for quota metric/i,
  ],
  [
    'registry-dns',
    "the registry's name cannot be resolved",
    /no such host|server misbehaving|temporary failure in name resolution|lookup \S+(?: on \S+)?: .*(?:i\/o timeout|refused|no route|unreachable)|could not resolve host|name resolution/i,
  ],
  [
    'registry-unreachable',
    'the registry cannot be reached',
    /proxyconnect|dial (?:tcp|udp)|TLS handshake timeout|no route to host|network is unreachable|i\/o timeout|connection (?:refused|reset)|request canceled while waiting|Client\.Timeout|x509:|server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|RegistryUnavailable|\bbad gateway\b|service unavailable|gateway time-?out|status(?: code)?:? 5\d\d|\b50[0234] |Internal Server Error|: EOF\b|unexpected EOF|context deadline exceeded|Temporary Redirect|remote error: tls|broken pipe|context canceled|timed out/i,
  ],
  [
    'unauthorized',
    'the registry refuses the credentials, or there are none',
    /unauthori[sz]ed|no basic auth credentials|authentication required|authorization failed|failed to authorize|(?:oauth|anonymous) token|access denied|access to the resource is denied|insufficient_scope|\b401\b|\b403\b|forbidden|denied:|permission .*denied|incorrect username or password|credentials|token has expired|invalid username/i,
  ],
  [
    'not-found',
    'the registry does not have it',
    /manifest unknown|manifest for .* not found|not found|NotFound|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN|repository does not exist|does not exist|\b404\b|Failed to fetch|tag .* (?:unknown|missing)|no such image/i,
  ],
];

/**
 * Names of images and addresses may hold anything, "404" or "denied" too; what other mirrors answered is not the last word. Docker's
 * answer in JSON is no name.
 */
function withoutNames(text: string): string {
  return text
    .replace(/\{"message":"(.*?)"\}/g, '$1')
    .replace(/\(Mirrors also failed: \[.*?\]\)/, '')
    .replace(/"[^"]*"/g, '""')
    .replace(/https?:\/\/\S+/g, '');
}

/** Sorts the words of a failed pull. A detail of null: nothing in them tells why. */
export function classifyPull(said: string, pod: Pod): PullFailure {
  const whole = said.replaceAll(String.raw`\"`, '"');
  const text = withoutNames(whole);
  const [detail, why] = kinds.find(([, , pattern]) => pattern.test(text)) ?? [];
  if (detail === undefined || why === undefined)
    return { detail: null, why: whole === '' ? 'no event says why' : 'its runtime says so in words that no rule knows' };
  if (detail === 'unauthorized' && isUnknownOfficialImage(whole, pod)) {
    return {
      detail: 'not-found',
      why: 'Docker Hub has no official image of that name (it calls every missing one "access denied")',
    };
  }
  return { detail, why };
}

/**
 * Docker Hub answers "access denied" for what does not exist as well. Under `library/` it keeps official images only,
 * all of them public, so there a denial means that there is none, unless the pod brings credentials that are refused.
 */
function isUnknownOfficialImage(text: string, pod: Pod): boolean {
  if (!/does not exist or may require|insufficient_scope|requested access to the resource is denied/i.test(text)) return false;
  if ((pod.spec?.imagePullSecrets ?? []).length > 0) return false;
  return /docker\.io\/library\//.test(text) || /pull access denied for [\w.-]+,/.test(text);
}
