import { readIn, type Signature, type Where } from '../signature.ts';

/** These are words of Go's standard library: they count in a sandbox error or in a plugin's own log only. */
const ofCni = { where: ['event', 'log'] as readonly Where[], onlyOfCni: true } as const;

const net = readIn('golang/go:src/net/net.go');
const http = readIn('golang/go:src/net/http/transport.go');
const lookup = readIn('golang/go:src/net/dnsclient_unix.go');
const status = readIn('kubernetes/apimachinery:pkg/api/errors/errors.go');
const rbac = readIn('kubernetes/apiserver:pkg/endpoints/handlers/responsewriters/errors.go');
const x509 = readIn('golang/go:src/crypto/x509/verify.go');
const etcd = readIn('etcd-io/etcd:api/v3rpc/rpctypes/error.go');

const loopback = String.raw`(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)`;
/** Local balancers in front of the API server listen on loopback too: k3s and rke2 on 6443/6444, HAProxy on 7443, 8443 and 16443. */
const apiPort = String.raw`(?:443|6443|6444|7443|8443|9443|16443)`;
const remoteApi = String.raw`dial tcp:? (?:(?!${loopback})\[?[\w.:-]+\]?:${apiPort}|${loopback}:(?:6443|6444|7443|8443|9443|16443))`;
const toApi = (outcome: string): RegExp => new RegExp(`${remoteApi}: (?:${outcome})`);
const request = String.raw`(?:Get|Post|Put|Patch|Delete|List|Watch):? \[?https://\S+:? `;

const unreachable: readonly Signature[] = [
  net.strong(
    'cni-datastore-unreachable/api-server-timeout',
    toApi('i/o timeout|(?:connect|getsockopt): (?:connection|operation) timed out|operation was canceled'),
    ofCni,
  ),
  net.strong(
    'cni-datastore-unreachable/api-server-refused',
    toApi('(?:connect|getsockopt): connection refused|connectex: No connection could be made'),
    ofCni,
  ),
  net.strong(
    'cni-datastore-unreachable',
    toApi('(?:connect|getsockopt): (?:no route to host|network is unreachable|host is down|invalid argument|operation not permitted)'),
    ofCni,
  ),
  http.strong('cni-datastore-unreachable/api-server-timeout', /TLS handshake timeout/, ofCni),
  http.strong(
    'cni-datastore-unreachable/api-server-timeout',
    new RegExp(`${request}.{0,400}?(?:context deadline exceeded|request canceled|Client\\.Timeout exceeded)`),
    ofCni,
  ),
  http.weak(
    'cni-datastore-unreachable',
    new RegExp(`${request}.{0,400}?(?:EOF|connection reset by peer|http2: \\S+ (?:connection lost|GOAWAY))`),
    ofCni,
  ),
  status.strong('cni-datastore-unreachable/api-server-timeout', /the server was unable to return a response in the time allotted/, ofCni),
  status.weak('cni-datastore-unreachable', /the server is currently unable to handle the request|apiserver not ready/, ofCni),
  lookup.strong('cni-datastore-unreachable/dns', /dial tcp: lookup \S+( on \S+)?: (?!.*\bregistry)/, ofCni),
  lookup.strong('cni-datastore-unreachable/dns', /Temporary failure in name resolution/, ofCni),
  etcd.strong('cni-datastore-unreachable/etcd', /dial tcp \S+:(2379|2380|4001|6666|6667): (i\/o timeout|(connect|getsockopt): \S+)/, ofCni),
  etcd.strong(
    'cni-datastore-unreachable/etcd',
    /etcdserver: (request timed out|leader changed|no leader|too many requests|mvcc: database space exceeded)/,
    ofCni,
  ),
  etcd.strong('cni-datastore-unreachable/etcd', /etcd cluster is unavailable or misconfigured/, ofCni),
];

const refused: readonly Signature[] = [
  status.strong('cni-auth-failure/unauthorized', /Unauthorized(\W*$| \w+=)/, ofCni),
  status.strong(
    'cni-auth-failure/unauthorized',
    /the server has asked for the client to provide credentials|You must be logged in to the server/,
    ofCni,
  ),
  rbac.strong('cni-auth-failure/forbidden', /is forbidden: User \S+ cannot \w+ resource/, ofCni),
  rbac.strong('cni-auth-failure/forbidden', /the server does not allow access to the requested resource/, ofCni),
  rbac.strong('cni-auth-failure/forbidden', /forbidden: User \S+ cannot \w+ (path|\S+ in API group)/, ofCni),
  x509.strong('cni-auth-failure/certificate', /x509: (certificate|\S+ certificate|cannot validate)/, ofCni),
  x509.strong(
    'cni-auth-failure/certificate',
    /(remote error: )?tls: (bad certificate|expired certificate|unknown certificate|failed to verify certificate|certificate required)/,
    ofCni,
  ),
  x509.strong('cni-auth-failure/unauthorized', /(service account )?token (has expired|is expired)|invalid bearer token/, ofCni),
];

/** An agent that a binary calls on its own node; a plugin's own words for it are stronger. */
const agent: readonly Signature[] = [
  net.weak(
    'cni-plugin-unhealthy/agent-not-answering',
    /dial unix \S+: (connect|getsockopt): (no such file or directory|connection refused|permission denied)/,
    ofCni,
  ),
  net.weak(
    'cni-plugin-unhealthy/agent-not-answering',
    new RegExp(`dial tcp ${loopback}:(?!${apiPort}:|2379|2380|4001|53:)\\d+: (?:i/o timeout|(?:connect|getsockopt): \\w+)`),
    ofCni,
  ),
];

/** How the API server is not reached, or refuses. */
export const apiServerSignatures: readonly Signature[] = [...unreachable, ...refused, ...agent];
