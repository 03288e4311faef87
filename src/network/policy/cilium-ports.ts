import { both, type Match, some } from './match.ts';
import { allPorts, isProtocol, namedPort, portRange, type PortRule } from './ports.ts';
import { numberIn, objectsIn, type Spec, textIn, unknownKeys } from './spec.ts';

const withoutPorts: Match = { doubt: 'toPorts without ports is not evaluated' };

/** An item of `toPorts`. Its layer 7 rules are not evaluated, and leave open what they speak of. */
export function ciliumPorts(item: Spec): PortRule {
  const strange = unknownKeys(item, ['ports']);
  const ports = objectsIn(item, 'ports').map(portOf);
  return {
    text: ports.map(({ text }) => text).join(', '),
    matches: (traffic) =>
      both(ports.length === 0 ? withoutPorts : some(ports, ({ matches }) => matches(traffic)), () =>
        strange.length === 0 ? true : { doubt: `${strange.join(', ')} (layer 7) is not evaluated` },
      ),
  };
}

/** Without a protocol, or with ANY, a port is meant in every protocol; port 0 is every port. Others have no ports (VRRP). */
function portOf(item: Spec): PortRule {
  const protocol = textIn(item, 'protocol')?.toUpperCase() ?? 'ANY';
  const port = textIn(item, 'port') ?? '0';
  if (protocol === 'ANY') return anyProtocol(port, numberIn(item, 'endPort'));
  if (!isProtocol(protocol)) return { text: protocol, matches: () => false };
  return ofProtocol(protocol, port, numberIn(item, 'endPort'));
}

function anyProtocol(port: string, endPort: number | undefined): PortRule {
  const rules = ['TCP', 'UDP', 'SCTP'].map((protocol) => ofProtocol(protocol, port, endPort));
  return { text: port, matches: (traffic) => some(rules, ({ matches }) => matches(traffic)) };
}

function ofProtocol(protocol: string, port: string, endPort: number | undefined): PortRule {
  if (!/^\d+$/.test(port)) return namedPort(port, protocol);
  const first = Number(port);
  if (first === 0) return allPorts(protocol);
  return portRange(protocol, first, endPort ?? first);
}
