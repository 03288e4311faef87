import { harmless, type FalseFriend } from '../signature.ts';

/** Sandbox failures that carry the network's event reason and are not of the network; sources as in the CRI's own code. */
export const notNetwork: readonly FalseFriend[] = [
  harmless(/failed to (get|pull) sandbox image/, 'the pause image that could not be pulled'),
  harmless(
    /failed pulling image|failed to pull (and unpack )?image|Error response from daemon: .*registry|Back-off pulling image/,
    'an image that could not be pulled',
  ),
  harmless(/failed to reserve sandbox name|name \S+ is reserved for/, 'the consequence of a slow first attempt'),
  harmless(
    /no runtime for \S+ is configured|failed to find runtime handler|RuntimeHandler \S+ not supported|runtimeclass(es)?(\.node\.k8s\.io)? \S+ not found/i,
    'a container runtime that the node does not have',
  ),
  harmless(
    /(containerd\/containerd|crio\/crio|cri-?dockerd?|dockershim|docker)\.sock\S*: (connect|read|write): |Cannot connect to the Docker daemon/,
    'the container runtime, which does not answer',
  ),
  harmless(/failed to (create|start) containerd task|failed to create shim( task)?:|OCI runtime create failed/, 'the container runtime'),
  harmless(
    /failed to create (volatile )?sandbox (container|root directory)|failed to set ?up sandbox files|failed to create containerd container|failed to start sandbox container task|container create failed: |failed to add conmon to systemd sandbox cgroup|expected cgroupsPath to be of format/,
    'the container runtime',
  ),
  harmless(
    /failed to (generate|create) sandbox (container )?(config|spec)|failed to mount rootfs|no space left on device/,
    'the container runtime or its disk',
  ),
  harmless(/failed calling (admission )?webhook|admission webhook \S+ denied/, 'an admission webhook'),
  harmless(
    /unable to ensure pod container exists|failed to create container for \[|cgroup \S* (already exists|does not exist)/,
    'the cgroups of the node',
  ),
  harmless(/AttachVolume\.Attach failed|MountVolume\.\w+ failed|Unable to attach or mount volumes/, 'a volume'),
  harmless(/\d+\/\d+ nodes are available:/, 'the scheduler, which found no node'),
];
