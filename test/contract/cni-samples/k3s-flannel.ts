import { sandboxError, type PluginSamples } from './sample.ts';

export const k3sFlannel: PluginSamples = {
  daemonSet: null,
  texts: {
    event: [
      [
        'cni-not-initialized',
        sandboxError('flannel', 'loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory'),
      ],
    ],
  },
  harmless: [],
};
