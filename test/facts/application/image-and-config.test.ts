import { describe, expect, it } from 'vitest';
import type { Container } from '../../../src/cluster/wire.ts';
import { aContainer, ago, anEvent, aPod, hours, minutes, notReadyPod, podConditions, running, waiting } from '../../support/objects.ts';
import { causesOf, theFinding } from './found.ts';

const pending = (container: Partial<Container> = {}, reason = 'ContainerCreating', message?: string) =>
  notReadyPod([waiting('web', reason, message)], { spec: { containers: [aContainer('web', container)] }, status: { phase: 'Pending' } });
const failed = (message: string) => anEvent('Failed', message, { container: 'web', count: 4 });

describe('an image that cannot be pulled', () => {
  it('is told in the words of the runtime where no rule knows them', () => {
    const pod = pending({}, 'ImagePullBackOff', 'Back-off pulling image "web:1"');
    const finding = theFinding({ pod, events: [failed('Failed to pull image "web:1": the moon is full'), failed('Error: ErrImagePull')] });
    expect(finding).toMatchObject({ cause: 'app-image-pull', detail: null });
    expect(finding.summary).toContain('the moon is full');
    expect(finding.title).not.toContain('no event says why');
  });

  it.each([
    [
      'not-found',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.99": failed to resolve reference "docker.io/library/nginx:1.99": docker.io/library/nginx:1.99: not found',
    ],
    [
      'not-found',
      'rpc error: code = Unknown desc = Error response from daemon: manifest for nginx:1.99 not found: manifest unknown: manifest unknown',
    ],
    ['not-found', 'rpc error: code = Unknown desc = reading manifest v9 in quay.io/shop/web: manifest unknown'],
    [
      'not-found',
      'rpc error: code = Unknown desc = failed to resolve reference "docker.io/library/ngimx:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'not-found',
      "rpc error: code = Unknown desc = Error response from daemon: pull access denied for ngimx, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    [
      'not-found',
      "rpc error: code = NotFound desc = name unknown: The repository with name 'shop' does not exist in the registry with id '1234'",
    ],
    [
      'unauthorized',
      'rpc error: code = Unknown desc = failed to resolve reference "docker.io/acme/web:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'unauthorized',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fweb%3Apull&service=ghcr.io: 401 Unauthorized',
    ],
    [
      'unauthorized',
      'rpc error: code = Unknown desc = Error response from daemon: Get https://1234.dkr.ecr.eu-west-1.amazonaws.com/v2/web/manifests/1: no basic auth credentials',
    ],
    [
      'unauthorized',
      'failed to resolve reference "europe-docker.pkg.dev/p/r/web:1": unexpected status from HEAD request to https://europe-docker.pkg.dev/v2/p/r/web/manifests/1: 403 Forbidden',
    ],
    ['unauthorized', 'reading manifest 1 in quay.io/acme/web: unauthorized: access to the requested resource is not authorized'],
    [
      'rate-limited',
      'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:aa: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
    ],
    ['rate-limited', 'pull QPS exceeded'],
    [
      'signature-refused',
      'SignatureValidationFailed: image pull failed for quay.io/acme/web:1 because the signature validation failed: Source image rejected: A signature was required, but no signature exists',
    ],
    [
      'registry-unreachable',
      'Error response from daemon: {"message":"Get https://10.78.0.228:5000/v1/_ping: x509: certificate signed by unknown authority"}',
    ],
    [
      'registry-dns',
      'failed to do request: Head "https://registry.exmaple/v2/web/manifests/1": dial tcp: lookup registry.exmaple on 10.0.0.2:53: no such host',
    ],
    [
      'registry-dns',
      'failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
    ],
    ['registry-dns', 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution'],
    [
      'registry-unreachable',
      'failed to do request: Head "https://registry-1.docker.io/v2/kiwigrid/k8s-sidecar/manifests/1.30.3": proxyconnect tcp: dial tcp 127.0.0.1:8123: connect: connection refused',
    ],
    [
      'registry-unreachable',
      'failed to do request: Head "https://registry.example/v2/web/manifests/1": dial tcp 192.0.2.77:443: i/o timeout',
    ],
    [
      'registry-unreachable',
      'Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    [
      'registry-unreachable',
      'failed to do request: Head "https://registry.example:5000/v2/web/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'registry-unreachable',
      'failed to do request: Head "https://registry.example:5000/v2/web/manifests/1": http: server gave HTTP response to HTTPS client',
    ],
    [
      'wrong-platform',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/mysql:5.7": no match for platform in manifest: not found',
    ],
    ['wrong-platform', 'Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries'],
    ['wrong-platform', 'choosing image instance: no image found in image index for architecture "arm64", variant "v8", OS "linux"'],
    [
      'corrupt-content',
      'failed to unpack image on snapshotter overlayfs: failed to extract layer sha256:ea: failed to get reader from content store: content digest sha256:9a: not found',
    ],
    ['invalid-name', 'rpc error: code = Unknown desc = short name mode is enforcing, but image name web:1 returns ambiguous list'],
    [
      'not-found',
      '(Mirrors also failed: [mirror.example:5000/web:1: pinging container registry mirror.example:5000: dial tcp: connection refused]): registry.example/web:1: reading manifest 1 in registry.example/web: manifest unknown',
    ],
    ['no-space', 'failed to extract layer sha256:ab: write /var/lib/containerd/x: no space left on device: unknown'],
  ])('%s: %s', (detail, error) => {
    const events = [
      failed(`Failed to pull image "registry.example/web:1.0": ${error}`),
      failed('Error: ErrImagePull'),
      anEvent('BackOff', 'Back-off pulling image "registry.example/web:1.0"', { container: 'web', age: 1000 }),
    ];
    expect(causesOf({ pod: pending({}, 'ImagePullBackOff', 'Back-off pulling image "registry.example/web:1.0"'), events })).toEqual([
      `app-image-pull/${detail} certain`,
    ]);
  });

  it('reads what the waiting state says, without events', () => {
    const message = 'rpc error: code = NotFound desc = failed to pull and unpack image "x/y:1": not found';
    expect(causesOf({ pod: pending({}, 'ErrImagePull', message) })).toEqual(['app-image-pull/not-found certain']);
  });

  it.each([
    [
      'InvalidImageName',
      'Failed to apply default image tag "Shop/Web:1": couldn\'t parse image reference "Shop/Web:1": invalid reference format: repository name must be lowercase',
      'invalid-name',
    ],
    ['ErrImageNeverPull', 'Container image "web:dev" is not present with pull policy of Never', 'not-found'],
    ['ImagePullBackOff', undefined, '-'],
  ])('is told by the state %s', (reason, message, detail) => {
    expect(causesOf({ pod: pending({}, reason, message) })).toEqual([`app-image-pull/${detail} certain`]);
  });

  it('is likely from a fresh event where the status says nothing yet', () => {
    const events = [
      anEvent(
        'Failed',
        'spec.containers{web}: Failed to pull image "registry.example/web:1.0": rpc error: code = NotFound desc = no match for platform in manifest: not found',
      ),
    ];
    expect(causesOf({ pod: pending(), events })).toEqual(['app-image-pull/wrong-platform likely']);
  });

  it('is not decided by what stands in the name of the image', () => {
    const pod = pending(
      { image: 'registry.example/denied-404:no-such-host' },
      'ErrImagePull',
      'failed to pull image "registry.example/denied-404:no-such-host": dial tcp 192.0.2.7:443: i/o timeout',
    );
    expect(causesOf({ pod })).toEqual(['app-image-pull/registry-unreachable certain']);
  });

  it('with a pull secret is refused rather than missing', () => {
    const pod = pending(
      {},
      'ErrImagePull',
      'failed to resolve reference "docker.io/library/web:1": pull access denied, repository does not exist or may require authorization',
    );
    expect(causesOf({ pod: { ...pod, spec: { containers: [], ...pod.spec, imagePullSecrets: [{ name: 'hub' }] } } })).toEqual([
      'app-image-pull/unauthorized certain',
    ]);
  });

  it('names the pull secret that could not be read', () => {
    const events = [
      anEvent(
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      ),
    ];
    expect(theFinding({ pod: pending({}, 'ErrImagePull', 'unexpected status: 401 Unauthorized'), events }).summary).toContain(
      'its pull secret regcred could not be read',
    );
  });

  it('may only be slow, where the pull began a while ago and nothing followed', () => {
    const pulling = (age: number) => [
      anEvent('Pulling', 'Pulling image "registry.example/web:1.0"', { container: 'web', type: 'Normal', age }),
    ];
    expect(causesOf({ pod: pending(), events: pulling(minutes(11)) })).toEqual(['app-image-pull/slow-pull possible']);
    expect(causesOf({ pod: pending(), events: pulling(minutes(2)) })).toEqual([]);
  });

  it('names the one container of several', () => {
    const pod = notReadyPod([running('web'), waiting('proxy', 'ImagePullBackOff', 'manifest unknown')], {
      spec: { containers: [aContainer('web'), aContainer('proxy')] },
    });
    expect(theFinding({ pod }).title).toContain('of container proxy');
  });

  it.each([
    ['of a container that runs since', running('web', { ready: false, state: { running: { startedAt: ago(minutes(1)) } } }), minutes(2)],
    ['of an hour ago', waiting('web', 'ContainerCreating'), minutes(58)],
  ])('is not found from events %s', (_what, status, age) => {
    const events = [anEvent('Failed', 'Failed to pull image "registry.example/web:1.0": not found', { container: 'web', age })];
    expect(causesOf({ pod: notReadyPod([status]), events })).toEqual([]);
  });
});

describe('configuration that is missing', () => {
  it.each([
    ['configmap', 'configmap "shop-config" not found'],
    ['secret', 'secret "db-credentials" not found'],
    ['key', "couldn't find key DB_HOST in ConfigMap shop/shop-config"],
    ['key', "couldn't find key password in Secret shop/db-credentials"],
  ])('%s: the waiting state says %s', (detail, message) => {
    expect(causesOf({ pod: pending({}, 'CreateContainerConfigError', message) })).toEqual([`app-config-missing/${detail} certain`]);
  });

  it('is likely where only the event says it', () => {
    expect(causesOf({ pod: pending(), events: [failed("Error: couldn't find key DB_HOST in ConfigMap s14-config/notes-config")] })).toEqual(
      ['app-config-missing/key likely'],
    );
  });

  it.each([
    ['configmap', 'MountVolume.SetUp failed for volume "config" : configmap "redis-conig" not found '],
    ['secret', 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found'],
    ['secret', 'MountVolume.SetUp failed for volume "tls" : secrets "web-tls" not found'],
    ['key', 'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: nginx.conf'],
    ['key', 'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt'],
    [
      'key',
      'MountVolume.SetUp failed for volume "kubernetes.io/configmap/b690cfd1-7386-11e7-b005-080027f96241-config" (spec.Name: "config") pod "b690cfd1-7386-11e7-b005-080027f96241" (UID: "b690cfd1-7386-11e7-b005-080027f96241") with: references non-existent config key',
    ],
    [
      'service-account',
      'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: serviceaccounts "checkout" not found',
    ],
  ])('%s: the mount says %s', (detail, message) => {
    const events = [
      anEvent('FailedMount', message, { count: 9 }),
      anEvent(
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[config data]: timed out waiting for the condition',
        { age: 1000 },
      ),
    ];
    expect(causesOf({ pod: pending(), events })).toEqual([`app-config-missing/${detail} certain`]);
  });

  it('is found by comparing where no event is left', () => {
    const container = { envFrom: [{ configMapRef: { name: 'shop-config' } }] };
    expect(causesOf({ pod: pending(container, 'CreateContainerConfigError'), configMaps: [] })).toEqual([
      'app-config-missing/configmap likely',
    ]);
    const keyed = { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'A' } } }] };
    expect(causesOf({ pod: pending(keyed, 'CreateContainerConfigError'), configMaps: [{ name: 'shop-config', keys: ['B'] }] })).toEqual([
      'app-config-missing/key likely',
    ]);
  });

  it('is likely where the state alone tells, without words', () => {
    expect(causesOf({ pod: pending({}, 'CreateContainerConfigError') })).toEqual(['app-config-missing/- likely']);
  });

  it('names what is missing and who needs it', () => {
    const finding = theFinding({ pod: pending({}, 'CreateContainerConfigError', 'secret "db-credentials" not found') });
    expect(finding.title).toBe('Secret db-credentials, which shop/checkout-7d4f9c-x2x1z needs, does not exist');
    expect(finding.summary).toContain('container web of shop/checkout-7d4f9c-x2x1z needs it');
  });

  it.each([
    [undefined, 'A key of ConfigMap shop-config'],
    [[{ name: 'shop-config', keys: ['b.conf'] }], 'Key a.conf of ConfigMap shop-config'],
  ])('names what it can of a volume whose error has neither the object nor the key: %j', (configMaps, what) => {
    const pod = pending();
    const volumes = [{ name: 'config', configMap: { name: 'shop-config', items: [{ key: 'a.conf', path: 'a.conf' }] } }];
    const message =
      'MountVolume.SetUp failed for volume "kubernetes.io/configmap/1-config" (spec.Name: "config") pod "1" with: references non-existent config key';
    const given = {
      pod: { ...pod, spec: { containers: [aContainer('web')], ...pod.spec, volumes } },
      events: [anEvent('FailedMount', message)],
    };
    expect(theFinding({ ...given, ...(configMaps === undefined ? {} : { configMaps }) }).title).toContain(what);
  });

  it('names the object of a volume whose error only has the key', () => {
    const pod = pending();
    const events = [anEvent('FailedMount', 'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt')];
    const spec = {
      containers: [aContainer('web')],
      ...pod.spec,
      volumes: [{ name: 'tls', secret: { secretName: 'web-tls', items: [{ key: 'tls.crt', path: 'c' }] } }],
    };
    expect(theFinding({ pod: { ...pod, spec }, events }).title).toContain('Key tls.crt of Secret web-tls');
  });

  it('is nothing where the reference is optional, or ConfigMaps could not be read', () => {
    const optional = { envFrom: [{ configMapRef: { name: 'shop-config', optional: true } }] };
    const required = { envFrom: [{ configMapRef: { name: 'shop-config' } }] };
    expect([causesOf({ pod: pending(optional), configMaps: [] }), causesOf({ pod: pending(required) })]).toEqual([[], []]);
  });

  it('is nothing where it has been created since', () => {
    const events = [anEvent('FailedMount', 'MountVolume.SetUp failed for volume "c" : configmap "shop-config" not found')];
    expect(causesOf({ pod: pending(), events, configMaps: [{ name: 'shop-config', keys: [] }] })).toEqual([]);
  });

  it.each([
    'MountVolume.SetUp failed for volume "c" : failed to sync configmap cache: timed out waiting for the condition',
    'MountVolume.SetUp failed for volume "kube-api-access-x" : object "shop"/"kube-root-ca.crt" not registered',
  ])('is nothing where only the cache of the kubelet was behind: %s', (message) => {
    expect(causesOf({ pod: pending(), events: [anEvent('FailedMount', message)] })).toEqual([]);
  });

  it('is nothing in a container that runs', () => {
    const events = [
      anEvent('FailedMount', 'MountVolume.SetUp failed for volume "c" : configmap "shop-config" not found', { age: minutes(30) }),
    ];
    const pod = aPod({
      status: {
        conditions: podConditions({ ready: false }),
        containerStatuses: [running('web', { ready: false, state: { running: { startedAt: ago(hours(1)) } } })],
      },
    });
    expect(causesOf({ pod, events, configMaps: [] })).toEqual([]);
  });
});

describe('the image of the sandbox itself', () => {
  const sandboxFailed = (words: string) =>
    anEvent('FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${words}`, { count: 12 });

  it.each([
    [
      'containerd',
      'registry-unreachable',
      'failed to get sandbox image "localhost:5000/pause:3.6": failed to pull image "localhost:5000/pause:3.6": failed to pull and unpack image "localhost:5000/pause:3.6": failed to resolve reference "localhost:5000/pause:3.6": failed to do request: Head "https://localhost:5000/v2/pause/manifests/3.6": dial tcp 127.0.0.1:5000: connect: connection refused',
    ],
    [
      'dockershim',
      'registry-unreachable',
      'failed pulling image "registry.k8s.io/pause:3.6": Error response from daemon: Head "https://registry.k8s.io/v2/pause/manifests/3.6": dial tcp 142.251.8.82:443: i/o timeout',
    ],
    [
      'CRI-O',
      'registry-dns',
      'creating pod sandbox with name "k8s_web-0_shop_1_0": initializing source docker://registry.k8s.io/pause:3.9: pinging container registry registry.k8s.io: Get "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io on 10.0.0.2:53: no such host',
    ],
  ])('is missing in the words of %s, which is neither the network nor the pod', (_runtime, detail, words) => {
    const finding = theFinding({ pod: pending(), events: [sandboxFailed(words)] });

    expect({ cause: finding.cause, detail: finding.detail }).toEqual({ cause: 'app-image-pull', detail });
    expect(finding.title).toMatch(/The sandbox image \S+pause:3\.\d cannot be pulled on node/);
  });

  it('is there where the network plugin is what fails', () => {
    expect(
      causesOf({
        pod: pending(),
        events: [sandboxFailed('failed to setup network for sandbox "1": plugin type="calico" failed (add): Unauthorized')],
      }),
    ).toEqual([]);
  });
});
