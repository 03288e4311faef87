import { allPorts, invalidPort, namedPort, portRange, type PortRule } from './ports.ts';
import { numberIn, objectIn, type Spec, textIn } from './spec.ts';

/** An item of `ports`: exactly one of v1alpha1's `portNumber`, `namedPort` and `portRange`. */
export function adminPort(item: Spec): PortRule {
  if (Object.keys(item).length !== 1) return invalidPort(Object.keys(item).join(' with '));
  const name = textIn(item, 'namedPort');
  if (name !== undefined) return namedPort(name, null);
  const single = objectIn(item, 'portNumber');
  const range = objectIn(item, 'portRange');
  const protocol = textIn(single ?? range, 'protocol') ?? 'TCP';
  return rangeOf(protocol, numberIn(single, 'port') ?? numberIn(range, 'start'), numberIn(single, 'port') ?? numberIn(range, 'end'));
}

/** An item of `protocols`: exactly one of v1alpha2's `tcp`, `udp`, `sctp` and `destinationNamedPort`. */
export function adminProtocol(item: Spec): PortRule {
  const [key = '', ...others] = Object.keys(item);
  if (others.length > 0) return invalidPort([key, ...others].join(' with '));
  const name = textIn(item, 'destinationNamedPort');
  if (name !== undefined) return namedPort(name, null);
  const protocol = ['tcp', 'udp', 'sctp'].find((each) => objectIn(item, each) !== undefined);
  if (protocol === undefined) return invalidPort(key);
  const port = objectIn(objectIn(item, protocol), 'destinationPort');
  if (port === undefined) return allPorts(protocol.toUpperCase());
  const range = objectIn(port, 'range');
  const number = numberIn(port, 'number');
  return rangeOf(protocol.toUpperCase(), number ?? numberIn(range, 'start'), number ?? numberIn(range, 'end'));
}

function rangeOf(protocol: string, first: number | undefined, last: number | undefined): PortRule {
  if (first === undefined || last === undefined) return invalidPort(`${first ?? '?'}-${last ?? '?'}/${protocol}`);
  return portRange(protocol, first, last);
}
