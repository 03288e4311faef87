import { describe, expect, it } from 'vitest';
import { ingressIsolation, policiesSelecting } from '../../../src/network/policy/isolation.ts';
import { custom, netpol, pod, world, type World } from './support.ts';

const web = pod('shop/web', {
  ports: [
    { name: 'http', port: 80, protocol: 'TCP', container: 'main' },
    { name: 'metrics', port: 9090, protocol: 'TCP', container: 'main' },
  ],
});
const closed = netpol('shop/closed', { podSelector: {} });
const allowHttp = netpol('shop/allow-http', {
  podSelector: { matchLabels: { app: 'web' } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }, { ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }] }],
});

const isolation = (policies: NonNullable<World['policies']>, target = web) => ingressIsolation(world({ pods: [target], policies }), target);
const openings = (policies: NonNullable<World['policies']>) => isolation(policies).ports.map(({ port, open }) => [port, open]);

describe('ingressIsolation', () => {
  it('finds an open pod open', () => {
    expect(isolation({})).toMatchObject({ isolatedBy: [], nothingMayEnter: false, ports: [{ open: 'to-all' }, { open: 'to-all' }] });
  });

  it('names what closes a pod and says that nothing may enter', () => {
    expect(isolation({ NetworkPolicy: [closed] })).toMatchObject({
      isolatedBy: [{ kind: 'NetworkPolicy', name: 'shop/closed' }],
      nothingMayEnter: true,
      ports: [{ open: 'to-none' }, { open: 'to-none' }],
      rules: [],
    });
  });

  it('says port by port who may enter and by which policy', () => {
    const found = isolation({ NetworkPolicy: [closed, allowHttp] });
    expect(found.nothingMayEnter).toBe(false);
    expect(found.ports).toMatchObject([
      { port: 80, container: 'main', open: 'to-some', policies: ['shop/allow-http'], from: ['pods app=api of shop', '10.0.0.0/8'] },
      { port: 9090, open: 'to-none', policies: [], from: [] },
    ]);
    expect(found.rules).toEqual(['shop/allow-http allows http/TCP from pods app=api of shop or 10.0.0.0/8']);
  });

  it('finds a port open to all where a rule names nobody', () => {
    const open = netpol('shop/open', { podSelector: {}, ingress: [{ ports: [{ port: 9090 }] }] });
    expect(openings({ NetworkPolicy: [closed, open] })).toEqual([
      [80, 'to-none'],
      [9090, 'to-all'],
    ]);
  });

  it('counts the isolation of Cilium policies in', () => {
    const cilium = custom('shop/c', { endpointSelector: {}, ingress: [{}] });
    expect(isolation({ CiliumNetworkPolicy: [cilium] })).toMatchObject({
      isolatedBy: [{ kind: 'CiliumNetworkPolicy' }],
      ports: [{ open: 'to-none' }, { open: 'to-none' }],
    });
  });

  it('commits itself to nothing where other kinds of policy have a say', () => {
    const admin = custom('a', { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] });
    const found = isolation({ NetworkPolicy: [closed], AdminNetworkPolicy: [admin] });
    expect(found).toMatchObject({ nothingMayEnter: false, ports: [{ open: 'unknown' }, { open: 'unknown' }] });
    expect(found.doubts.join()).toContain('AdminNetworkPolicy/a');
  });

  it('finds nothing to say of a hostNetwork pod', () => {
    const host = pod('shop/host', { hostNetwork: true });
    expect(isolation({ NetworkPolicy: [closed] }, host)).toEqual({
      isolatedBy: [],
      nothingMayEnter: false,
      ports: [],
      rules: [],
      doubts: [],
    });
  });
});

describe('policiesSelecting', () => {
  it('lists every kind that selects the pod, with the directions it speaks of', () => {
    const both = netpol('shop/both', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const elsewhere = netpol('bank/closed', { podSelector: {} });
    const cilium = custom('c', { endpointSelector: {}, egress: [{}] });
    const policies = { NetworkPolicy: [closed, both, elsewhere], CiliumClusterwideNetworkPolicy: [cilium] };
    const found = policiesSelecting(world({ pods: [web], policies }), web);
    expect(found.map(({ name, directions }) => [name, directions.join()])).toEqual([
      ['shop/closed', 'ingress'],
      ['shop/both', 'ingress,egress'],
      ['CiliumClusterwideNetworkPolicy/c', 'egress'],
    ]);
  });

  it('says why it is not sure', () => {
    const odd = netpol('shop/odd', { podSelector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] } });
    expect(policiesSelecting(world({ pods: [web], policies: { NetworkPolicy: [odd] } }), web)).toMatchObject([
      { doubt: expect.stringContaining('not valid') },
    ]);
  });
});
