import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { redact, redactObject } from '../../src/core/redact.ts';

// Assembled at run time, so that scanners of repositories do not take these for live credentials.
const jwt = ['eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ', 'eyJpc3MiOiJrdWJlcm5ldGVzIn0', 'c2lnbmF0dXJlLXNpZ25hdHVyZQ'].join('.');
const slackToken = ['xoxb', '123456789012', 'abcdefABCDEF1234'].join('-');
const githubToken = `ghp_${'a1B2'.repeat(9)}`;
const awsKey = ['AKIA', 'ABCDEFGH12345678'].join('');
const privateKey = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEowIBAAKCAQEA1234567890abcdefghij',
  'Zm9vYmFyYmF6Zm9vYmFyYmF6',
  '-----END RSA PRIVATE KEY-----',
];

describe('redact masks', () => {
  it.each([
    ['a bearer header', 'Authorization: Bearer abc.def', 'Authorization: Bearer [masked]'],
    ['a bearer token in a sentence', 'sent Bearer 0123456789abcdef to it', 'sent Bearer [masked] to it'],
    ['a basic header in JSON', '{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"Basic [masked]"}'],
    ['a JSON web token', `token ${jwt} is expired`, 'token [masked] is expired'],
    ['an AWS key id', `using ${awsKey} for EC2`, 'using [masked] for EC2'],
    ['a Slack token', `posting with ${slackToken}.`, 'posting with [masked].'],
    ['a Slack webhook', 'https://hooks.slack.com/services/T0/B0/xyz', 'https://hooks.slack.com/services/[masked]'],
    ['a GitHub token', `clone https://${githubToken}@github.com/x`, 'clone https://[masked]@github.com/x'],
    ['a private key', `x\n${privateKey.join('\n')}\ny`, 'x\n[masked]\ny'],
    ['a private key in one line of JSON', `{"k":"${privateKey.join(String.raw`\n`)}"}`, '{"k":"[masked]"}'],
    ['a private key whose end is missing', `x\n${privateKey.slice(0, 3).join('\n')}\nnext line`, 'x\n[masked]\nnext line'],
    ['key=value', 'DB_PASSWORD=hunter2 user=app', 'DB_PASSWORD=[masked] user=app'],
    ['a quoted value', `password='a b c' x=1`, `password='[masked]' x=1`],
    ['an escaped quote inside a value', String.raw`{"password":"hun\"ter2","a":1}`, '{"password":"[masked]","a":1}'],
    ['JSON within a string', String.raw`msg="{\"apiKey\":\"hunter2\"}"`, String.raw`msg="{\"apiKey\":\"[masked]\"}"`],
    ['a value whose key has a path in it', '{"vault.example/token":"hunter2"}', '{"vault.example/token":"[masked]"}'],
    ['YAML', 'db:\n  password: correct horse\n  user: app', 'db:\n  password: [masked]\n  user: app'],
    [
      'a password at the end of a log line',
      '2026-01-01T00:00:00Z using password: hunter2',
      '2026-01-01T00:00:00Z using password: [masked]',
    ],
    ['a header of an API key', '> X-Api-Key: 9f8e7d6c5b4a', '> X-Api-Key: [masked]'],
    ['a token in a sentence', 'error using token: abc123def456', 'error using token: [masked]'],
    ['a flag', 'kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef', 'kubeadm join 10.0.0.1:6443 --token [masked]'],
    ['a query parameter', 'GET /login?user=a&access_token=zzz9&x=1', 'GET /login?user=a&access_token=[masked]&x=1'],
    ['the password of a URL', 'dial redis://:hunter2@cache:6379/0', 'dial redis://:[masked]@cache:6379/0'],
    ['the password of a Go database address', 'root:hunter2@tcp(db:3306)/shop', 'root:[masked]@tcp(db:3306)/shop'],
    ['an env entry in JSON', '{"name":"DB_PASSWORD","value":"hunter2"}', '{"name":"DB_PASSWORD","value":"[masked]"}'],
    [
      'an env entry in YAML',
      '- name: API_TOKEN\n  value: abc\n- name: MODE\n  value: fast',
      '- name: API_TOKEN\n  value: [masked]\n- name: MODE\n  value: fast',
    ],
    ['a cookie', 'Cookie: session=abc; theme=dark', 'Cookie: [masked]'],
    ['curl credentials', 'curl -u admin:hunter2 http://x', 'curl -u admin:[masked] http://x'],
  ])('%s', (_name, text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('redact leaves', () => {
  it.each([
    // What follows a URL or a path that ends in a word for secrets is the cause, in Go's errors.
    'Post "https://10.2.0.1:443/api/v1/namespaces/kube-system/serviceaccounts/canal/token": dial tcp 10.2.0.1:443: i/o timeout',
    String.raw`err="Put \"/apis/v1/secret\": context deadline exceeded"`,
    'MountVolume.SetUp failed for volume "certs" : secret "web-tls" not found',
    'failed to get secret: secrets "web-tls" is forbidden: User "x" cannot get resource "secrets"',
    "Error: couldn't find key password in Secret shop/db",
    'secret="shop/web-tls" err="not found"',
    'failed to fetch token: Unauthorized',
    'getting credentials: exec: executable aws not found',
    'invalid bearer token, and basic authentication failed',
    'flag --token is required',
    'secretName: web-tls',
    '{"imagePullSecrets":[{"name":"regcred"}],"automountServiceAccountToken":true}',
    '{"secretKeyRef":{"key":"password","name":"db"}}',
    '{"secret":{"secretName":"web-tls","defaultMode":420}}',
    "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
    '{"expirationSeconds":3607,"path":"token"}',
    'password: $(DB_PASSWORD)',
    'image@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'failed to setup network for sandbox "f5e94bf8c9bc61aa3c1d1ba424d9f8cc8dea0f35df11d8e5024d7eb14a5264d6"',
    'uid 6f1c2a54-9a52-4b1e-8f5d-0d5f1f9b8f10 pod-template-hash=7d4f8b9c6d',
    'Get "https://10.96.0.1:443/api/v1/nodes/foo": dial tcp 10.96.0.1:443: connect: connection refused',
    'docker run --user 1000:1000 app',
    '--tls-private-key-file=/var/lib/kubelet/pki/kubelet.key --token-auth-file=/etc/tokens',
    'BlockKey(cidr=10.244.0.0/26)',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('its own output, so that a text may pass twice', () => {
    const words = constantFrom(
      'password',
      'token',
      '"secret"',
      '=',
      ': ',
      ' ',
      'hunter2',
      '"x1y2z3w4"',
      '\n',
      jwt,
      'Bearer abc123def456789',
      '--token ',
      'a://b:c@d',
    );
    assert(
      property(array(words, { maxLength: 12 }), (parts) => {
        const once = redact(parts.join(''));
        expect(redact(once)).toBe(once);
      }),
    );
  });
});

test('a megabyte without spaces is looked through to its end', () => {
  redact(`password${'tokensecret'.repeat(100_000)}`);
  redact(`https://${'a:'.repeat(300_000)}`);
  expect(redact(`Authorization: Bearer ${'a'.repeat(1_000_000)}`)).toBe('Authorization: Bearer [masked]');
}, 20_000);

describe('redactObject', () => {
  it('masks env values of secret-looking names and keeps the others', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
    ];

    expect(redactObject({ env })).toEqual({ env: [{ name: 'DB_PASSWORD', value: '[masked]' }, ...env.slice(1)] });
  });

  it('drops the last-applied annotation', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{}}', note: 'kept' };

    expect(redactObject({ metadata: { annotations } })).toEqual({ metadata: { annotations: { note: 'kept' } } });
  });

  it('masks what follows a secret flag in a list of arguments', () => {
    expect(redactObject({ args: ['--password', 'hunter', '--port', '80'] })).toEqual({ args: ['--password', '[masked]', '--port', '80'] });
  });

  it('masks inside the data of a ConfigMap', () => {
    expect(redactObject({ data: { 'app.ini': 'user=a\npassword=b1' } })).toEqual({ data: { 'app.ini': 'user=a\npassword=[masked]' } });
  });

  it('keeps a key called __proto__ a plain key', () => {
    const copy = redactObject(JSON.parse('{"__proto__":{"a":1}}') as Record<string, unknown>);

    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1}}');
  });
});
