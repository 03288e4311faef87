import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Probe } from '../../../src/cluster/wire.ts';
import {
  aContainer,
  ago,
  anEnd,
  anEvent,
  aNode,
  aPod,
  crashing,
  hours,
  minutes,
  notReadyPod,
  running,
  seconds,
  waiting,
} from '../../support/objects.ts';
import { aLog, causesOf, found, theFinding } from './found.ts';

const web = (status: ContainerStatus, container = aContainer('web')) => notReadyPod([status], { spec: { containers: [container] } });
const ended = (exitCode: number, lived: number, reason = 'Error') =>
  anEnd(exitCode, reason, { startedAt: ago(minutes(2) + lived), finishedAt: ago(minutes(2)) });

describe('a container that ends by itself', () => {
  it.each([
    [1, 'an error in the application'],
    [2, 'wrong usage'],
    [126, 'cannot be executed'],
    [127, 'the command was not found'],
    [134, 'aborted'],
    [139, 'segmentation fault'],
    [0, 'finished without an error'],
    [255, 'unspecified'],
  ])('with %i is said to crash, and what the code means', (code, meaning) => {
    const finding = theFinding({ pod: web(crashing('web', ended(code, seconds(3)))) });
    expect(finding).toMatchObject({ cause: 'app-crash-looping', detail: 'exit-code', confidence: 'certain' });
    expect(finding.summary).toContain(meaning);
  });

  it('is described by code, lifetime, restarts and its telling line', () => {
    const text = `${ago(minutes(2))} starting
${ago(minutes(2))} Traceback (most recent call last):
${ago(minutes(2))}   File "/app/main.py", line 3, in <module>
${ago(minutes(2))} KeyError: 'DATABASE_URL'`;
    const finding = theFinding({ pod: web(crashing('web', ended(1, seconds(3)))), logs: [aLog(text)] });
    expect(finding.summary).toBe(
      `Container web of shop/checkout-7d4f9c-x2x1z exits with code 1 after 3 s, 7 restarts in 2 h; code 1 means: an error in the application; its last line: "KeyError: 'DATABASE_URL'".`,
    );
    expect(finding.exhibits.map(({ source }) => source.kind)).toContain('Log');
  });

  it.each([
    ['panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7', 'panic: runtime error'],
    [
      'Caused by: java.lang.IllegalStateException: no datasource\n\tat com.shop.Main.main(Main.java:7)\n\t... 12 more',
      'Caused by: java.lang.IllegalStateException',
    ],
    [
      "Error: Cannot find module 'express'\n    at Module._load (node:internal)\n  code: 'MODULE_NOT_FOUND'\n}\n\nNode.js v20.11.0",
      "Cannot find module 'express'",
    ],
  ])('passes over stack traces to the line that tells: %j', (text, line) => {
    expect(theFinding({ pod: web(crashing('web', ended(1, seconds(3)))), logs: [aLog(text)] }).summary).toContain(line.slice(0, 12));
  });

  it.each([
    ['dial tcp 10.96.0.1:443: i/o timeout', 'possible'],
    ['java.net.UnknownHostException: db: Temporary failure in name resolution', 'possible'],
    [
      'CRD is not queryable; Service(hyper_util::client::legacy::Error(Connect, Custom { kind: TimedOut, error: Elapsed(()) }))',
      'possible',
    ],
    ['RedisCommandError: dial tcp 10.96.3.3:6379: connect: operation not permitted', 'possible'],
    [
      'Unhandled exception. System.Net.Sockets.SocketException (110): Connection timed out\n   at System.Net.Sockets.Socket.Connect()',
      'possible',
    ],
    ["ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3306' (110)", 'possible'],
    ["ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3306' (111)", 'likely'],
    ['** (Mix) DBConnection.ConnectionError: tcp connect (db:5432): host is unreachable - :ehostunreach', 'possible'],
    ['Net::OpenTimeout: Failed to open TCP connection to api:443 (execution expired)', 'possible'],
    ['Error: connect ECONNREFUSED 10.96.4.4:5432', 'likely'],
    ['nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:7', 'likely'],
    ['failed calling webhook "validate.shop": Post "https://hook.shop.svc:443/": context deadline exceeded', 'likely'],
    ['dial tcp 10.96.0.1:443: i/o timeout\npanic: no configuration', 'likely'],
    ['panic: no configuration', 'certain'],
    ['curl: (28) Failed to connect to vault port 8200 after 134000 ms: Operation timed out', 'possible'],
    ["nslookup: can't resolve 'db.shop'", 'likely'],
    ['Still waiting for postgres, giving up', 'likely'],
    ["requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='api', port=443): Max retries exceeded", 'possible'],
    ['Error: getaddrinfo EAI_AGAIN db', 'possible'],
    ['Error: getaddrinfo ENOTFOUND db', 'likely'],
    ["ModuleNotFoundError: No module named 'app'", 'certain'],
    ['System.TimeoutException: The operation has timed out.', 'likely'],
    ['F0314 10:29:00 main.go:7] leaderelection lost', 'likely'],
  ])('may be the victim of the network when it says "%s"', (line, confidence) => {
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(30)))), logs: [aLog(line)] })).toEqual([
      `app-crash-looping/exit-code ${confidence}`,
    ]);
  });

  it.each([137, 143])('was ended by somebody, when it ends with code %i', (code) => {
    expect(causesOf({ pod: web(crashing('web', ended(code, seconds(30)))) })).toEqual(['app-crash-looping/exit-code likely']);
  });

  it('counts while it runs between two ends, with less certainty', () => {
    const status = { ...crashing('web', ended(1, seconds(30))), state: { running: { startedAt: ago(minutes(1)) } } };
    expect(causesOf({ pod: web(status) })).toEqual(['app-crash-looping/exit-code likely']);
  });

  it('counts in a pod that is not restarted', () => {
    const status = { ...waiting('web', 'x'), state: { terminated: ended(3, seconds(3)) } };
    const pod = notReadyPod([status], { spec: { containers: [aContainer('web')], restartPolicy: 'Never' }, status: { phase: 'Failed' } });
    expect(causesOf({ pod })).toEqual(['app-crash-looping/exit-code certain']);
  });

  it('is not found from restarts of last month', () => {
    const status = {
      ...crashing('web', anEnd(1, 'Error', { finishedAt: ago(hours(700)) })),
      state: { running: { startedAt: ago(hours(699)) } },
    };
    expect(causesOf({ pod: web(status) })).toEqual([]);
  });

  it('is not found from the end that a restart of the node gave it', () => {
    const status = { ...crashing('web', anEnd(255, 'Unknown')), state: { running: { startedAt: ago(minutes(1)) } } };
    expect(causesOf({ pod: web(status) })).toEqual([]);
  });

  it('is not found on a dead node', () => {
    const node = aNode({ conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] });
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(3)))), node })).toEqual([]);
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(3)))), nodes: [node] })).toEqual([]);
  });

  it('is not found from the end that a lost sandbox left behind', () => {
    const status = { ...waiting('web', 'x'), state: { terminated: anEnd(137) } };
    const conditions = [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: ago(minutes(6)) }];
    expect(causesOf({ pod: notReadyPod([status], { status: { conditions } }) })).toEqual([]);
  });

  it('is a hint on a node without a network', () => {
    const node = aNode({ conditions: [{ type: 'NetworkUnavailable', status: 'True' }] });
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(3)))), node })).toEqual(['app-crash-looping/exit-code possible']);
  });

  it('is not found while the sandbox of the pod cannot be made', () => {
    const events = [
      anEvent('FailedCreatePodSandBox', 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network'),
    ];
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(3)))), events })).toEqual([]);
  });
});

describe('a container that cannot start', () => {
  const notFound =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "kube-controller-manegaar": executable file not found in $PATH: unknown';

  it.each([
    ['a misspelt command', crashing('web', anEnd(128, 'StartError', { message: notFound })), 'does not exist in the image'],
    [
      'a misspelt command, docker',
      {
        ...waiting(
          'web',
          'RunContainerError',
          'failed to start container "abc": Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "runn": executable file not found in $PATH: unknown',
        ),
      },
      'does not exist in the image',
    ],
    [
      'a script without the right',
      crashing(
        'web',
        anEnd(126, 'ContainerCannotRun', { message: 'OCI runtime create failed: exec: "/entrypoint.sh": permission denied: unknown' }),
      ),
      'permission denied',
    ],
    [
      'root where root is forbidden',
      waiting(
        'web',
        'CreateContainerConfigError',
        'container has runAsNonRoot and image will run as root (pod: "checkout", container: web)',
      ),
      'runAsNonRoot',
    ],
    [
      'a user by name',
      waiting(
        'web',
        'CreateContainerConfigError',
        'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root',
      ),
      'runAsNonRoot',
    ],
    ['no command', waiting('web', 'CreateContainerError', 'Error response from daemon: No command specified'), 'names a command'],
    [
      'a hook that fails',
      waiting(
        'web',
        'PostStartHookError',
        'Exec lifecycle hook ([/bin/sh -c exit 3]) for Container "web" failed - error: command \'/bin/sh -c exit 3\' exited with 3',
      ),
      'postStart hook',
    ],
    [
      'a subPath',
      waiting('web', 'CreateContainerConfigError', 'failed to prepare subPath for volumeMount "data" of container "web"'),
      'subPath',
    ],
    [
      'a file mounted on a directory',
      waiting(
        'web',
        'RunContainerError',
        'failed to create containerd task: OCI runtime create failed: error mounting "/var/lib/x" to rootfs at "/etc/app": not a directory: unknown',
      ),
      'a file is to be mounted',
    ],
  ])('for %s', (_what, status, why) => {
    const finding = theFinding({ pod: web(status) });
    expect(finding).toMatchObject({ cause: 'app-crash-looping', detail: 'cannot-start', confidence: 'certain' });
    expect(finding.summary).toContain(why);
  });

  it.each([
    [
      'no space left',
      'error mounting "/x/resolv.conf" to rootfs at "/etc/resolv.conf": open /x/rootfs/etc/resolv.conf: no space left on device',
    ],
    [
      'no process ids left',
      'runc create failed: unable to start container process: fork/exec /proc/self/exe: resource temporarily unavailable',
    ],
    ['no file handles left', 'failed to create shim task: OCI runtime create failed: open /proc/self/fd: too many open files'],
  ])('since its node has %s', (why, said) => {
    const finding = theFinding({ pod: web(waiting('web', 'RunContainerError', `failed to create containerd task: ${said}: unknown`)) });
    expect(finding).toMatchObject({ detail: 'cannot-start', confidence: 'certain' });
    expect(finding.summary).toContain(`the node has ${why} for it`);
  });

  const hook = (age: number) => anEvent('FailedPostStartHook', 'PostStartHook failed', { age, container: 'web' });

  it.each([0, 137])('since its postStart hook fails, which may well end with %i', (code) => {
    const given = { pod: web(crashing('web', ended(code, seconds(6)))), events: [hook(minutes(2))] };
    expect(theFinding(given)).toMatchObject({ detail: 'cannot-start', confidence: 'certain' });
    expect(theFinding(given).summary).toContain('its postStart hook fails');
  });

  it('is not told of a hook that failed in a run before the last', () => {
    expect(causesOf({ pod: web(crashing('web', ended(1, seconds(6)))), events: [hook(minutes(30))] })).toEqual([
      'app-crash-looping/exit-code certain',
    ]);
  });

  it.each(['exec /app/server: exec format error', 'standard_init_linux.go:228: exec user process caused: exec format error'])(
    'by the words in its log: %s',
    (line) => {
      expect(causesOf({ pod: web(crashing('web', ended(1, 0))), logs: [aLog(line)] })).toEqual(['app-crash-looping/cannot-start certain']);
    },
  );

  it('likely, where the words of the runtime tell no reason', () => {
    const status = waiting(
      'web',
      'CreateContainerError',
      'failed to reserve container name "web_checkout_shop_0": name is reserved for "abc"',
    );
    expect(causesOf({ pod: web(status) })).toEqual(['app-crash-looping/cannot-start likely']);
  });

  it('where only an event has the words', () => {
    const events = [
      anEvent(
        'Failed',
        'Error: failed to start container "web": Error response from daemon: OCI runtime create failed: exec: "/run": stat /run: no such file or directory: unknown',
        { container: 'web' },
      ),
    ];
    expect(causesOf({ pod: web(waiting('web', 'RunContainerError')), events })).toEqual(['app-crash-looping/cannot-start certain']);
  });

  it('as a static pod, whose subject is the pod itself', () => {
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'master-1', uid: 'u', controller: true };
    const pod = notReadyPod([crashing('web', anEnd(128, 'StartError', { message: notFound }))], {
      name: 'kube-controller-manager-master-1',
      namespace: 'kube-system',
      metadata: { ownerReferences: [owner], labels: {} },
    });
    expect(theFinding({ pod }).subject).toEqual({ kind: 'Pod', namespace: 'kube-system', name: 'kube-controller-manager-master-1' });
  });
});

describe('a port that is taken', () => {
  const two = (status: ContainerStatus) =>
    notReadyPod([status, running('proxy')], { spec: { containers: [aContainer('web'), aContainer('proxy')] } });

  it.each([
    'listen tcp :8080: bind: address already in use',
    'Error: listen EADDRINUSE: address already in use :::8080',
    'nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)',
    "OSError: [Errno 98] Address already in use: ('0.0.0.0', 8080)",
    'Web server failed to start. Port 8080 was already in use.',
    '(98)Address already in use: AH00072: make_sock: could not bind to address [::]:8080',
  ])('is known by "%s"', (line) => {
    const finding = theFinding({ pod: two(crashing('web', ended(1, seconds(1)))), logs: [aLog(line)] });
    expect(finding).toMatchObject({ detail: 'port-conflict', confidence: 'certain' });
    expect(finding.summary).toContain('container proxy of the same pod');
  });

  it('may be taken on the node itself', () => {
    const pod = notReadyPod([crashing('web', ended(1, seconds(1)))], { spec: { hostNetwork: true, containers: [aContainer('web')] } });
    expect(theFinding({ pod, logs: [aLog('listen tcp 0.0.0.0:9100: bind: address already in use')] }).summary).toContain(
      'network of its node',
    );
  });

  it('is not suspected because two containers declare it', () => {
    expect(causesOf({ pod: two(crashing('web', ended(1, seconds(1)))), logs: [aLog('missing licence')] })).toEqual([
      'app-crash-looping/exit-code certain',
    ]);
  });
});

describe('a probe that restarts its container', () => {
  const probe: Probe = { httpGet: { path: '/live', port: 8080 }, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 3 };
  const probed = (livenessProbe: Probe, ports = [{ containerPort: 8080 }]) => aContainer('web', { livenessProbe, ports });
  const killed = (code: number, lived = seconds(42)) => crashing('web', ended(code, lived));
  const killing = anEvent('Killing', 'Container web failed liveness probe, will be restarted', {
    container: 'web',
    type: 'Normal',
    count: 6,
  });
  const failing = (output: string) => anEvent('Unhealthy', `Liveness probe failed: ${output}`, { container: 'web', count: 18 });
  const refused = 'Get "http://10.244.1.7:8080/live": dial tcp 10.244.1.7:8080: connect: connection refused';

  it.each([
    ['a slow starter that is killed while it starts', refused, 'liveness-too-strict certain'],
    ['one that answers 503 while it starts', 'HTTP probe failed with statuscode: 503', 'liveness-too-strict certain'],
    [
      'one that gets no answer in time',
      'Get "http://10.244.1.7:8080/live": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'liveness-too-strict likely',
    ],
    [
      'one that speaks TLS',
      'Get "http://10.244.1.7:8080/live": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01"',
      'liveness-wrong-protocol certain',
    ],
    [
      'one that is asked over TLS and speaks none',
      'Get "https://10.244.1.7:8080/live": http: server gave HTTP response to HTTPS client',
      'liveness-wrong-protocol certain',
    ],
    ['one with a wrong path', 'HTTP probe failed with statuscode: 404', 'liveness-http-status certain'],
  ])('of %s', (_what, output, expected) => {
    for (const code of [137, 143]) {
      expect(causesOf({ pod: web(killed(code), probed(probe)), events: [failing(output), killing] })).toEqual([
        `app-crash-looping/${expected}`,
      ]);
    }
  });

  it('on the wrong port, by declaration or by the log', () => {
    const declared = web(killed(137), probed(probe, [{ containerPort: 3000 }]));
    const logged = { pod: web(killed(137), probed(probe)), logs: [aLog('server listening on port 3000')] };
    for (const given of [{ pod: declared }, logged]) {
      expect(causesOf({ ...given, events: [failing(refused), killing] })[0]).toMatch(/^app-crash-looping\/liveness-wrong-port /);
    }
  });

  it('is likely without the event of the killing', () => {
    expect(causesOf({ pod: web(killed(137), probed(probe)), events: [failing(refused)] })).toEqual([
      'app-crash-looping/liveness-too-strict likely',
    ]);
  });

  it('is known by the words of older kubelets', () => {
    const old = anEvent(
      'Killing',
      'Killing container with id docker://web:Container failed liveness probe.. Container will be killed and recreated.',
      { container: 'web' },
    );
    expect(causesOf({ pod: web(killed(137), probed(probe)), events: [failing(refused), old] })).toEqual([
      'app-crash-looping/liveness-too-strict certain',
    ]);
  });

  it('as a startup probe says so', () => {
    const events = [
      anEvent('Unhealthy', `Startup probe failed: ${refused}`, { container: 'web', count: 30 }),
      anEvent('Killing', 'Container web failed startup probe, will be restarted', { container: 'web' }),
    ];
    expect(causesOf({ pod: web(killed(137), aContainer('web', { startupProbe: probe })), events })).toEqual([
      'app-crash-looping/startup-too-strict certain',
    ]);
  });

  it('is not blamed where the container ends by itself before the probe runs out of patience', () => {
    expect(causesOf({ pod: web(killed(1, seconds(3)), probed(probe)), events: [failing(refused)], logs: [aLog('bad config')] })).toEqual([
      'app-crash-looping/exit-code certain',
    ]);
  });

  it.each([
    ['Failed to list *v1.Service: Get "https://10.96.0.1:443/api/v1/services": dial tcp 10.96.0.1:443: i/o timeout', 'possible'],
    ['waiting for postgres: connection refused', 'likely'],
    ['starting up', 'certain'],
  ])('may fail because of others, which the log tells of: %s', (line, confidence) => {
    const given = { pod: web(killed(137), probed(probe)), events: [failing(refused), killing], logs: [aLog(line)] };
    expect(theFinding(given)).toMatchObject({ detail: 'liveness-too-strict', confidence });
  });

  it('is not blamed for failures of an hour ago', () => {
    const events = [anEvent('Unhealthy', `Liveness probe failed: ${refused}`, { container: 'web', age: minutes(55) })];
    expect(causesOf({ pod: web(killed(137), probed(probe)), events })).toEqual(['app-crash-looping/exit-code likely']);
  });
});

describe('what only events tell', () => {
  const upAndUnready = running('web', { ready: false });

  it.each([
    ['Back-off restarting failed container', 'BackOff'],
    ['Back-off restarting failed container web in pod checkout-7d4f9c-x2x1z_shop(uid-checkout)', 'BackOff'],
  ])('is likely a crash: %s', (message, reason) => {
    const logs = [aLog("Error: Cannot find module 'express'")];
    expect(causesOf({ pod: web(upAndUnready), events: [anEvent(reason, message, { container: 'web', count: 12 })], logs })).toEqual([
      'app-crash-looping/exit-code likely',
    ]);
  });

  it('is likely a command that does not exist', () => {
    const events = [
      anEvent(
        'Failed',
        'Error: failed to create containerd task: OCI runtime create failed: exec: "runn": executable file not found in $PATH: unknown',
        { container: 'web' },
      ),
    ];
    expect(causesOf({ pod: web(waiting('web', 'ContainerCreating')), events })).toEqual(['app-crash-looping/cannot-start likely']);
  });

  it('is likely a liveness probe that restarts the container', () => {
    const events = [anEvent('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', { container: 'web', count: 9 })];
    expect(causesOf({ pod: web(upAndUnready), events })).toEqual(['app-crash-looping/liveness-http-status likely']);
  });

  it('is not taken for a crash where the container was started since', () => {
    const status = { ...crashing('web', ended(1, seconds(3)), 1), state: { running: { startedAt: ago(minutes(1)) } } };
    expect(
      causesOf({
        pod: web(status),
        events: [anEvent('BackOff', 'Back-off restarting failed container', { container: 'web', age: minutes(2) })],
      }),
    ).toEqual([]);
  });

  it('is not taken for a crash where the readiness probe is what fails', () => {
    const pod = web(
      { ...crashing('web', ended(1, seconds(3)), 4), state: { running: { startedAt: ago(minutes(9)) } } },
      aContainer('web', { readinessProbe: { httpGet: { port: 8080 } } }),
    );
    const events = [
      anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', { container: 'web', count: 50 }),
    ];
    expect(causesOf({ pod, events })).toEqual(['app-readiness-probe-failing/http-status certain']);
  });
});

describe('several containers', () => {
  it('with one trouble are one finding', () => {
    const pod = notReadyPod([crashing('web', ended(1, seconds(1))), crashing('worker', ended(1, seconds(1)))], {
      spec: { containers: [aContainer('web'), aContainer('worker')] },
    });
    expect(found({ pod }).map(({ summary }) => summary.endsWith('The same holds for another container.'))).toEqual([true]);
  });

  it('that are all well give no finding', () => {
    expect(found({ pod: aPod() })).toEqual([]);
  });
});
