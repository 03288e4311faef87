/** Why a volume is not there, as far as its words tell. */
export interface MountFailure {
  readonly detail: string | null;
  readonly why: string;
  /** Whether an unreachable network may just as well be behind it. */
  readonly mayBeNetwork: boolean;
}

type Kind = readonly [detail: string, why: string, pattern: RegExp];

const kinds: readonly Kind[] = [
  ['unbound-claim', 'its claim is not bound', /PVC is not bound|claim \S+ (?:is )?not bound|is not yet bound|unbound/i],
  [
    'wrong-node',
    'the volume cannot be used from this node',
    /MountVolume\.NodeAffinity check failed|no matching NodeSelectorTerms|ZoneMismatch|not in the same (?:availability )?zone|different (?:availability )?zone|volume node affinity conflict|is on different node/i,
  ],
  [
    'attach-failed',
    'another node has it attached',
    /Multi-Attach error|still (?:mounted|attached|being used)|already (?:used by|attached to|exclusively attached|in use|being used)|VolumeInUse|is in use by|RESOURCE_IN_USE|volume attachment is being deleted|currently attached to|is attached to (?:an)?other/i,
  ],
  [
    'permission-denied',
    'access is refused',
    /permission denied|access denied|AccessDenied|UnauthorizedOperation|not authorized|AuthorizationFailed|operation not permitted|mount error\(13\)|does not have (?:permission|authorization)|\b403\b|Forbidden|LinkedAuthorizationFailed|unauthenticated|InvalidClientTokenId|lacks? permission/i,
  ],
  [
    'missing-object',
    'its CSI driver is not registered on the node',
    /driver name \S+ not found in the list of registered CSI drivers|CSINode \S+ does not contain driver|no such CSI driver|csidrivers?\.storage\.k8s\.io "[^"]+" not found/i,
  ],
  ['missing-object', 'its path is not there on the node, or is of another type than it asks for', /hostPath type check failed/i],
  [
    'missing-object',
    'its path does not exist on the node, or its kubelet does not see it',
    /local volume .*does not exist|path "[^"]+" does not exist|MountVolume\.NewMounter initialization failed .*does not exist/i,
  ],
  [
    'missing-object',
    'what it names does not exist',
    /InvalidVolume\.NotFound|persistentvolumeclaim "[^"]+" not found|persistentvolume "[^"]+" not found|no such file or directory|special device \S+ does not exist|does not exist|\bnot found\b|ResourceNotFound|VolumeNotFound|reason given by server: No such/i,
  ],
];

const network =
  /connection timed out|connection refused|no route to host|network is unreachable|timed? ?out|host is down|i\/o timeout|deadline ?exceeded|not responding|(?:could not|failed to) resolve|no such host|server misbehaving|name or service not known|temporary failure in name resolution/i;
/** That the way to a cloud or a driver's controller is cut off, not that they are slow. */
const cutOff =
  /i\/o timeout|no route to host|network is unreachable|no such host|server misbehaving|temporary failure in name resolution|dial tcp/i;

/** Sorts the words of a failed attach or mount. */
export function classifyMount(said: string): MountFailure {
  // Volumes may be called anything, "forbidden" too.
  const text = said.replaceAll(String.raw`\"`, '"').replace(/for volume "[^"]*"|volumes=\[[^\]]*\]/g, '');
  const attaching =
    /AttachVolume\.Attach|Multi-Attach|waiting for volumes? to attach|external-attacher|ControllerPublish|waiting for (?:a )?device|attachment/i.test(
      text,
    );
  const [detail, why] = kinds.find(([, , pattern]) => pattern.test(text)) ?? [];
  if (detail !== undefined && why !== undefined) return { detail, why, mayBeNetwork: false };
  if (/^Unable to (?:attach or )?mount volumes/i.test(text)) return { detail: null, why: 'it was not there in time', mayBeNetwork: false };
  if (attaching) return { detail: 'attach-failed', why: 'it cannot be attached to the node', mayBeNetwork: cutOff.test(text) };
  if (/wrong fs type|bad option|helper program|unknown filesystem|bad superblock|fsck|structure needs cleaning/i.test(text)) {
    return { detail: 'mount-failed', why: 'the node cannot mount its file system', mayBeNetwork: false };
  }
  if (/an operation with the given volume .*already exists|operation .*already in progress/i.test(text)) {
    return { detail: 'mount-failed', why: 'an attempt of before has not come to its end', mayBeNetwork: true };
  }
  if (/dial unix/i.test(text)) return { detail: 'mount-failed', why: 'its driver on the node does not answer', mayBeNetwork: true };
  const mayBeNetwork = network.test(text);
  return { detail: 'mount-failed', why: mayBeNetwork ? 'its server does not answer' : 'the mount fails', mayBeNetwork };
}
