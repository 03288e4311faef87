import { describe, expect, it } from 'vitest';
import type { Container, Probe } from '../../../src/cluster/wire.ts';
import { aContainer, ago, anEvent, aPod, hours, minutes, notReadyPod, podConditions, running, seconds } from '../../support/objects.ts';
import { aLog, causesOf, theFinding, type Given } from './found.ts';

const http = (port: number | string, more: object = {}): Probe => ({ httpGet: { path: '/healthz', port, ...more } });
const tcp = (port: number | string): Probe => ({ tcpSocket: { port } });
const exec: Probe = { exec: { command: ['pg_isready'] } };

/** A pod whose only container runs unready with this readiness probe. */
function unready(readinessProbe: Probe | undefined, container: Partial<Container> = {}) {
  return notReadyPod([running('web', { ready: false })], {
    spec: { containers: [aContainer('web', { ...(readinessProbe && { readinessProbe }), ...container })] },
  });
}

const failing = (output: string, age = minutes(1)) =>
  anEvent('Unhealthy', `Readiness probe failed: ${output}`, { container: 'web', count: 90, age });
const refused = (port: number) => `dial tcp 10.244.1.7:${port}: connect: connection refused`;

describe('a readiness probe that fails', () => {
  it.each<[string, Probe, string, string]>([
    [
      'refused on its own port',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused',
      'connection-refused certain',
    ],
    ['refused on TCP', tcp(8080), refused(8080), 'connection-refused certain'],
    [
      'refused on Windows',
      tcp(8080),
      'dial tcp 10.244.1.7:8080: connectex: No connection could be made because the target machine actively refused it.',
      'connection-refused certain',
    ],
    ['answered with 503', http(8080), 'HTTP probe failed with statuscode: 503', 'http-status certain'],
    ['answered with 404', http(8080), 'HTTP probe failed with statuscode: 404', 'http-status certain'],
    [
      'not answered in time',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'timeout likely',
    ],
    ['not connected in time', tcp(8080), 'dial tcp 10.244.1.7:8080: i/o timeout', 'timeout likely'],
    [
      'answered in TLS',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
      'wrong-protocol certain',
    ],
    [
      'answered in HTTP/2',
      http(8080),
      'Get "http://10.244.1.7:8080/": malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"',
      'wrong-protocol certain',
    ],
    [
      'answered in plain HTTP',
      http(8080, { scheme: 'HTTPS' }),
      'Get "https://10.244.1.7:8080/healthz": http: server gave HTTP response to HTTPS client',
      'wrong-protocol certain',
    ],
    [
      'reset on a TLS port',
      http(8443),
      'Get "http://10.244.1.7:8443/healthz": read tcp 10.244.1.1:53412->10.244.1.7:8443: read: connection reset by peer',
      'wrong-protocol certain',
    ],
    [
      'reset on another port',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": read tcp 10.244.1.1:53412->10.244.1.7:8080: read: connection reset by peer',
      'connection-reset certain',
    ],
    ['run in the container', exec, '/var/run/postgresql:5432 - no response', 'exec-failed certain'],
    [
      'run without its command',
      exec,
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "pg_isready": executable file not found in $PATH: unknown',
      'exec-failed certain',
    ],
    ['gRPC, too slow', { grpc: { port: 8080 } }, 'timeout: health rpc did not complete within 1s', 'timeout likely'],
    ['run, and waiting in vain itself', exec, 'connection to server timed out', 'exec-failed certain'],
    [
      'run, and without an answer of others',
      exec,
      'redis-cli: Could not connect to Redis at redis:6379: No route to host',
      'exec-failed possible',
    ],
    ['run, and refused by others', exec, 'curl: (7) Failed to connect to api port 80: Connection refused', 'exec-failed likely'],
    [
      'filtered on its way out of the node',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: operation not permitted',
      'unreachable possible',
    ],
    [
      'by a name that no server answers for',
      http(8080),
      'Get "http://web.example:8080/": dial tcp: lookup web.example on 10.96.0.10:53: read udp 10.0.0.4:5->10.96.0.10:53: read: connection refused',
      'host-not-found possible',
    ],
    ['in words of another time', http(8080), 'Get "http://10.244.1.7:8080/healthz": stopped after 10 redirects', '- likely'],
    ['run without a word', exec, '', 'exec-failed certain'],
    ['run for too long', exec, 'command "pg_isready" timed out', 'timeout likely'],
    ['run and refused inside', exec, 'Could not connect to Redis at 127.0.0.1:6379: Connection refused', 'exec-failed certain'],
    ['gRPC, not serving', { grpc: { port: 8080 } }, 'service unhealthy (responded with "NOT_SERVING")', 'grpc-status certain'],
    [
      'gRPC, no answer',
      { grpc: { port: 8080 } },
      'timeout: failed to connect service "10.244.1.7:8080" within 1s: context deadline exceeded',
      'timeout likely',
    ],
    [
      'without a way to the pod',
      http(8080),
      'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: no route to host',
      'unreachable possible',
    ],
  ])('%s', (...[, probe, output, expected]) => {
    expect(causesOf({ pod: unready(probe), events: [failing(output)] })).toEqual([`app-readiness-probe-failing/${expected}`]);
  });

  it('is read from the event where the pod does not show its probe', () => {
    expect(causesOf({ pod: unready(undefined), events: [failing('HTTP probe failed with statuscode: 500')] })).toEqual([
      'app-readiness-probe-failing/http-status likely',
    ]);
  });

  it('speaks a plain HTTP probe on a TLS port by the log of the application', () => {
    const logs = [
      aLog('2026/03/14 10:29:12 http: TLS handshake error from 10.244.1.1:40222: client sent an HTTP request to an HTTPS server'),
    ];
    expect(causesOf({ pod: unready(http(8080)), events: [failing('HTTP probe failed with statuscode: 400')], logs })).toEqual([
      'app-readiness-probe-failing/wrong-protocol certain',
    ]);
  });

  it.each([
    [
      '[WARNING] plugin/kubernetes: Kubernetes API connection failure: Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: i/o timeout',
      'possible',
    ],
    ['redis: connect ECONNREFUSED 10.96.4.4:6379', 'likely'],
    [
      'gRPC config stream closed: 14, upstream connect error or disconnect/reset before headers. reset reason: connection failure',
      'likely',
    ],
    ['schema version 7 is missing', 'certain'],
  ])('may be that of the network, which the log tells of: %s', (line, confidence) => {
    const events = [failing('HTTP probe failed with statuscode: 503')];
    const finding = theFinding({ pod: unready(http(8080)), events, logs: [aLog(line)] });
    expect(finding).toMatchObject({ cause: 'app-readiness-probe-failing', detail: 'http-status', confidence });
    expect(finding.summary.includes(`its log says "${line.slice(0, 40)}`)).toBe(confidence !== 'certain');
  });

  it('names container, probe and words, and says how to look', () => {
    const finding = theFinding({ pod: unready(http(8080)), events: [failing('HTTP probe failed with statuscode: 503')] });
    expect(finding).toMatchObject({
      title: 'Readiness probe of container web of shop/checkout-7d4f9c-x2x1z fails: HTTP status 503',
      subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      at: ago(minutes(1)),
      nearness: 'target',
    });
    expect(finding.summary).toContain('failed 90 times, last with "HTTP probe failed with statuscode: 503"');
    expect(finding.actions.map(({ command }) => command)).toContain('kubectl logs -n shop checkout-7d4f9c-x2x1z -c web --tail=50');
  });

  it('is a hint only where other pods of the workload are Ready on other nodes and this one gets no answer', () => {
    const siblings = [{ name: 'checkout-7d4f9c-b', ready: true, node: 'worker-2' }];
    expect(causesOf({ pod: unready(http(8080)), events: [failing('context deadline exceeded')], siblings })).toEqual([
      'app-readiness-probe-failing/timeout possible',
    ]);
  });
});

describe('a probe on the wrong port', () => {
  it.each([
    '2026/10/07 15:57:53 [INFO] server is listening on :80',
    "Tomcat started on port(s): 80 (http) with context path ''",
    "Tomcat started on port 80 (http) with context path '/'",
    'INFO:     Uvicorn running on http://0.0.0.0:80 (Press CTRL+C to quit)',
    '[2026-03-14 09:00:00 +0000] [7] [INFO] Listening at: http://0.0.0.0:80 (7)',
    ' * Running on http://172.17.0.2:80',
    'Example app listening at http://localhost:80',
    'Server listening on port 80',
    '[GIN-debug] Listening and serving HTTP on :80',
    '      Now listening on: http://[::]:80',
    '⇨ http server started on [::]:80',
    '2026-03-14T09:00:00.000Z {"level":"info","msg":"starting server","addr":":80"}',
    'Started ServerConnector@5f4da5c3{HTTP/1.1, (http/1.1)}{0.0.0.0:80}',
    'LOG:  listening on IPv4 address "0.0.0.0", port 80',
    '{"t":{"$date":"2026"},"msg":"Waiting for connections","attr":{"port":80,"ssl":"off"}}',
    '26/01/24 18:30:32 INFO SparkConnectServer: Spark Connect server started at: 0:0:0:0:0:0:0%0:80',
    'level=info ts=2026-03-14 component=web msg="Start listening for connections" address=0.0.0.0:80',
    'Server running at http://0.0.0.0:80/.',
  ])('is known by the log: %s', (line) => {
    const given: Given = {
      pod: unready(tcp(5678), { ports: [{ containerPort: 5678 }] }),
      events: [failing(refused(5678))],
      logs: [aLog(`${ago(hours(2))} ${line}\n`)],
    };
    expect(causesOf(given)).toEqual(['app-readiness-probe-failing/wrong-port certain']);
    expect(theFinding(given).summary).toContain('port 80');
  });

  it.each([
    ['that serves the probed port too', 'listening on :9090\nlistening on :5678'],
    ['that only opens its metrics', 'metrics server listening on :9090'],
    ['that failed to listen', 'failed to listen on :80: permission denied'],
    ['that speaks of another server', 'connecting to redis at redis:6379'],
    ['with clock times only', '2026/10/07 15:57:53 started worker at 10:20:30'],
    ['of Spark that serves the probed port', 'Spark Connect server started at: 0:0:0:0:0:0:0%0:5678'],
  ])('is not concluded from a log %s', (_what, text) => {
    const pod = unready(tcp(5678), { ports: [{ containerPort: 5678 }] });
    expect(causesOf({ pod, events: [failing(refused(5678))], logs: [aLog(text)] })).toEqual([
      'app-readiness-probe-failing/connection-refused certain',
    ]);
  });

  it('is only hinted at by the ports that the container declares, which bind nobody', () => {
    const finding = theFinding({ pod: unready(http(8081)), events: [failing(refused(8081))] });
    expect(finding).toMatchObject({ detail: 'connection-refused', confidence: 'certain' });
    expect(finding.summary).toContain('may be the wrong one: container web declares port 8080');
  });

  it('is known by what environment and arguments tell the application', () => {
    const byEnv = unready(http(8080), { env: [{ name: 'PORT', value: '3000' }] });
    const byArgs = unready(http(8080), { args: ['--listen-address=:9000'] });
    expect([byEnv, byArgs].flatMap((pod) => causesOf({ pod, events: [failing(refused(8080))] }))).toEqual(
      Array(2).fill('app-readiness-probe-failing/wrong-port certain'),
    );
  });

  it('is not concluded where a sidecar declares the port', () => {
    const pod = notReadyPod([running('web', { ready: false }), running('proxy')], {
      spec: {
        containers: [aContainer('web', { readinessProbe: http(15021) }), aContainer('proxy', { ports: [{ containerPort: 15021 }] })],
      },
    });
    expect(causesOf({ pod, events: [failing(refused(15021))] })).toEqual(['app-readiness-probe-failing/connection-refused certain']);
  });

  it('is certain where its name is not declared at all, also without events', () => {
    expect(causesOf({ pod: unready(http('http')) })).toEqual(['app-readiness-probe-failing/wrong-port certain']);
  });

  it('is told apart from an application that listens on the loopback address only', () => {
    const given: Given = {
      pod: unready(http(8080)),
      events: [failing(refused(8080))],
      logs: [aLog(' * Running on http://127.0.0.1:8080 (Press CTRL+C to quit)')],
    };
    expect(causesOf(given)).toEqual(['app-readiness-probe-failing/connection-refused certain']);
    expect(theFinding(given).summary).toContain('loopback');
  });
});

describe('other ways of not being ready', () => {
  it('are a startup probe that fails', () => {
    const pod = notReadyPod([running('web', { ready: false, started: false })], {
      spec: { containers: [aContainer('web', { startupProbe: { ...http(8080), failureThreshold: 30 }, readinessProbe: http(8080) })] },
    });
    const events = [anEvent('Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 503', { container: 'web', count: 20 })];
    expect(causesOf({ pod, events })).toEqual(['app-readiness-probe-failing/http-status certain']);
  });

  it('are a readiness gate that nobody has opened', () => {
    const pod = aPod({
      spec: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-shop' }] },
      status: {
        conditions: podConditions({ ready: false }).map((one) => (one.type === 'ContainersReady' ? { ...one, status: 'True' } : one)),
      },
    });
    expect(causesOf({ pod })).toEqual(['app-readiness-probe-failing/readiness-gate certain']);
  });

  it('are a probe whose events have expired', () => {
    expect(causesOf({ pod: unready(http(8080)), events: [] })).toEqual(['app-readiness-probe-failing/- likely']);
  });
});

describe('an event that names no container', () => {
  const events = [anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 500')];
  const probed = (name: string) => aContainer(name, { readinessProbe: http(8080) });

  it('speaks of the one that is not ready', () => {
    const pod = notReadyPod([running('web', { ready: false }), running('proxy')], {
      spec: { containers: [probed('web'), probed('proxy')] },
    });
    expect(causesOf({ pod, events })).toEqual(['app-readiness-probe-failing/http-status certain']);
  });

  it('or names one that the pod does not have, speaks of the pod', () => {
    const named = [anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 500', { container: 'before' })];
    const pod = notReadyPod([running('web', { ready: false })], { spec: { containers: [probed('web')] } });
    expect(causesOf({ pod, events: named })).toEqual(['app-readiness-probe-failing/http-status certain']);
  });

  it('speaks of nobody in particular where two are not ready', () => {
    const pod = notReadyPod([running('web', { ready: false }), running('proxy', { ready: false })], {
      spec: { containers: [probed('web'), probed('proxy')] },
    });
    expect(causesOf({ pod, events })).toEqual(['app-readiness-probe-failing/- possible']);
  });
});

describe('no finding', () => {
  const young = (since: number, probe: Probe = http(8080)) =>
    notReadyPod([running('web', { ready: false, state: { running: { startedAt: ago(since) } } })], {
      spec: { containers: [aContainer('web', { readinessProbe: probe })] },
    });

  it('for a pod that is Ready now, whatever its events of an hour ago', () => {
    expect(causesOf({ pod: aPod(), events: [failing(refused(8080), minutes(50))] })).toEqual([]);
  });

  it('for a container that is still within the time its probe allows', () => {
    expect(causesOf({ pod: young(seconds(40)), events: [failing(refused(8080), seconds(5))] })).toEqual([]);
    expect(
      causesOf({ pod: young(minutes(3), { ...http(8080), initialDelaySeconds: 300 }), events: [failing(refused(8080), seconds(5))] }),
    ).toEqual([]);
  });

  it('from the failures of another incarnation', () => {
    const about = { kind: 'Pod', name: 'checkout-7d4f9c-x2x1z', namespace: 'shop', uid: 'uid-before' };
    expect(
      causesOf({
        pod: young(minutes(2)),
        events: [anEvent('Unhealthy', `Readiness probe failed: ${refused(8080)}`, { about, container: 'web' })],
      }),
    ).toEqual([]);
  });

  it('from failures before the present run of the container', () => {
    expect(causesOf({ pod: young(minutes(2)), events: [failing(refused(8080), minutes(12))] })).toEqual([]);
  });

  it('for a pod that is being deleted', () => {
    const pod = unready(http(8080));
    expect(
      causesOf({ pod: { ...pod, metadata: { ...pod.metadata, deletionTimestamp: ago(seconds(20)) } }, events: [failing(refused(8080))] }),
    ).toEqual([]);
  });
});
