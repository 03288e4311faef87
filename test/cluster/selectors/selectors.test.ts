import { describe, expect, it } from 'vitest';
import { parseFieldSelector } from '../../../src/cluster/selectors/field-selector.ts';
import { parseLabelSelector } from '../../../src/cluster/selectors/label-selector.ts';

describe('a label selector', () => {
  const labels = { app: 'web', tier: 'front', 'k8s.io/rev': '7', empty: '' };

  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app=web,tier=back', false],
    ['app!=api', true],
    ['other!=x', true],
    ['app in (api, web)', true],
    ['app in (api)', false],
    ['app notin (api,db)', true],
    ['other notin (a)', true],
    ['app', true],
    ['other', false],
    ['!other', true],
    ['! app', false],
    ['k8s.io/rev>6', true],
    ['k8s.io/rev<7', false],
    ['app>1', false],
    ['empty=', true],
    ['app in (web),!other', true],
  ])('"%s" is %s', (selector, expected) => {
    expect(parseLabelSelector(selector)(labels)).toBe(expected);
  });

  it.each(['app=web=x', 'app in web', 'a b', 'app=,,', '-app=1', 'app=-x', 'app in (a,(b))', 'rev>x'])('"%s" is refused', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(/parse requirement|must be an integer/);
  });
});

describe('a field selector', () => {
  const pod = {
    metadata: { name: 'web-1', namespace: 'shop' },
    spec: { nodeName: 'worker-1', hostNetwork: true },
    status: { phase: 'Running', podIP: '10.1.0.5', podIPs: [{ ip: '10.1.0.5' }, { ip: 'fd00::5' }] },
  };

  it.each([
    ['metadata.name=web-1,metadata.namespace=shop', true],
    ['spec.nodeName==worker-1', true],
    ['spec.nodeName!=worker-1', false],
    ['spec.host=worker-1', true],
    ['spec.hostNetwork=true', true],
    ['status.podIP=10.1.0.5', true],
    ['status.podIP=fd00::5', false],
    ['status.podIPs=10.1.0.5', false],
    ['status.phase!=Failed', true],
    ['status.nominatedNodeName=', true],
    [String.raw`metadata.name=a\,b`, false],
  ])('of pods, "%s" is %s', (selector, expected) => {
    expect(parseFieldSelector('Pod', selector)(pod)).toBe(expected);
  });

  it.each([
    ['Pod', 'status.hostIP=10.0.0.1'],
    ['Pod', 'metadata.labels.app=x'],
    ['Node', 'metadata.namespace=x'],
    ['CiliumNode', 'metadata.namespace=x'],
    ['DaemonSet', 'status.numberReady=1'],
    ['Pod', 'constructor=x'],
  ] as const)('of %s, "%s" is refused with the words of the server', (kind, selector) => {
    expect(() => parseFieldSelector(kind, selector)).toThrow(/^Unable to find ".*" that match .*field label not supported: /);
  });

  it('of events reads either flavour of the API', () => {
    const selects = parseFieldSelector('Event', 'involvedObject.name=web-1,source=kubelet,reason=Failed');

    expect(selects({ involvedObject: { name: 'web-1' }, source: { component: 'kubelet' }, reason: 'Failed' })).toBe(true);
    expect(selects({ regarding: { name: 'web-1' }, reportingController: 'kubelet', reason: 'Failed' })).toBe(true);
    expect(selects({ regarding: { name: 'web-2' }, reportingController: 'kubelet', reason: 'Failed' })).toBe(false);
  });
});
