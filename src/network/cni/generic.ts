import { apiServerSignatures } from './generic/api-server.ts';
import { cloudSignatures } from './generic/cloud.ts';
import { kubernetesFalseFriends, kubernetesSignatures } from './generic/kubernetes.ts';
import { notNetwork } from './generic/not-network.ts';
import type { FalseFriend, Signature } from './signature.ts';

/** Words of the kubelet, the runtimes, libcni, the API server and the clouds, whichever plugin is installed. */
export const genericSignatures: readonly Signature[] = [...kubernetesSignatures, ...apiServerSignatures, ...cloudSignatures];

/** Words that look bad and are harmless, or are not of the network, whichever plugin is installed. */
export const genericFalseFriends: readonly FalseFriend[] = [...kubernetesFalseFriends, ...notNetwork];

export { commonSignatures } from './generic/common-words.ts';
