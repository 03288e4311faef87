import { also, runbook, step } from '../core/runbook.ts';
import { valueOf } from '../core/evidence.ts';
import { addressHolders } from '../collectors/address-holders.ts';
import { addressPools } from '../collectors/address-pools.ts';
import { clusterCidrs } from '../collectors/cluster-cidrs.ts';
import { cniLogs } from '../collectors/cni-logs.ts';
import { node, nodeEvents } from '../collectors/node.ts';
import { nodePods } from '../collectors/node-pods.ts';
import { nodes } from '../collectors/nodes.ts';
import { owner } from '../collectors/owner.ts';
import { pod } from '../collectors/pod.ts';
import { podEvents } from '../collectors/pod-events.ts';
import { podRows } from '../collectors/pod-rows.ts';
import { podServices } from '../collectors/pod-services.ts';
import { pluginEvents } from '../collectors/plugin-events.ts';
import { pluginPods } from '../collectors/plugin-pods.ts';
import { plugins } from '../collectors/plugins.ts';
import { addressCauses, leftOverCauses } from './rules/causes-asked.ts';
import { anyOf, unlessLacking, unlessUnread, withFindingsOf } from './rules/combine.ts';
import { cidrOverlap } from './rules/cidr-overlap.ts';
import { failedSandbox } from './rules/failed-sandbox.ts';
import { pluginLogs } from './rules/plugin-logs.ts';
import { nodeWithoutCidr } from './rules/node-without-cidr.ts';
import { pluginAtFault } from './rules/plugin-at-fault.ts';
import { podInServiceRange } from './rules/pod-in-service-range.ts';
import { poolReallyFull } from './rules/pool-really-full.ts';
import { severalPlugins } from './rules/several-plugins.ts';
import { sharedAddress } from './rules/shared-address.ts';
import { staleRecord } from './rules/stale-record.ts';
import { staticAddressTaken } from './rules/static-address.ts';
import { surroundings } from './rules/surroundings.ts';
import { agentVersionsDiffer } from './rules/agent-versions.ts';

/** The written runbook is pod-ip-conflict.md: the same steps, the same rules, the same numbers. */
export const podIpConflict = runbook({ id: 'PodIPConflict', alerts: ['KubeNetworkPluginError', 'KubePodNotReady'] })
  .playbook({
    1: step("Look at the alert's pod: spec, status, addresses, node, owner, Services", pod, also(owner), also(nodePods), also(podServices)),
    2: step('Read its events, oldest first', podEvents),
    3: step('List the addresses of every pod in the cluster', addressHolders, also(podRows)),
    4: step(
      'Find the network plugin and look at its pods, on this node and elsewhere',
      plugins,
      pluginPods,
      also(pluginEvents),
      also(node),
    ),
    5: step("Read the logs of the plugin's pods", cniLogs),
    6: step('Read the CIDRs of nodes, pods and Services, the nodes and their events', clusterCidrs, nodes, nodeEvents, also(addressPools)),
  })
  .diagnosis((rule) => ({
    1: rule({
      title: 'The events name a failed sandbox or a failed address allocation',
      from: [1, 2],
      optional: [3, 4, 6],
      decide: (values, at) => failedSandbox({ ...values, node: valueOf(values.node), surroundings: surroundings(values, at) }, at),
    }),
    2: rule({
      title: 'Another live pod holds the same address',
      from: [1, 3],
      optional: [6],
      decide: (values, at) => sharedAddress({ ...values, nodes: valueOf(values.nodes) ?? [] }, at),
    }),
    3: rule({
      title: 'The network plugin is unhealthy on the node concerned',
      from: [1, 4],
      optional: [2, 5],
      decide: pluginAtFault,
    }),
    4: rule({
      title: 'The plugin is healthy, and its logs or its pools show exhaustion, overlap or conflict',
      from: [1, 4],
      optional: [2, 3, 5, 6],
      decide: (values, at) => {
        const around = surroundings(values, at);
        const verdict = anyOf(
          pluginLogs(
            valueOf(values.cniLogs) ?? [],
            { causes: addressCauses, otherwise: 'no exhaustion, overlap or conflict' },
            { surroundings: around, at },
          ),
          poolReallyFull(around.usages, around.situation, at),
        );
        return unlessUnread(verdict, values.cniLogs, values.addressPools);
      },
    }),
    5: rule({
      title: 'CIDRs of nodes overlap each other, the node network or the Service CIDR',
      from: [1, 6],
      optional: [4],
      decide: (values, at) => {
        const { situation } = surroundings(values, at);
        const { services, unread } = values.clusterCidrs;
        const ranges = cidrOverlap({ ...values, podCidrsUsed: situation.main?.needsPodCidr ?? null, here: situation.here });
        const verdict = ranges.kind === 'confirmed' ? ranges : withFindingsOf(ranges, podInServiceRange(values.pod, values.clusterCidrs));
        return services.length > 0 || unread.length === 0 ? verdict : unlessLacking(verdict, unread);
      },
    }),
    6: rule({
      title: 'Nodes were added without a CIDR of their own, or with one already in use',
      from: [1, 6],
      optional: [4],
      decide: (values, at) => nodeWithoutCidr({ ...values, situation: surroundings(values, at).situation }, at),
    }),
  }))
  .otherwise((rule) => [
    rule({
      title: 'versions that do not go together, and other words of plugin and runtime',
      from: [1, 4],
      optional: [2, 5],
      decide: (values, at) => {
        const around = surroundings(values, at);
        return anyOf(
          pluginLogs(valueOf(values.cniLogs) ?? [], { causes: leftOverCauses, otherwise: 'no such words' }, { surroundings: around, at }),
          agentVersionsDiffer(values.pluginPods, around.situation),
        );
      },
    }),
    rule({
      title: 'a fixed address that clashes with allocation',
      from: [1, 3],
      optional: [6],
      decide: (values) => staticAddressTaken({ ...values, nodes: valueOf(values.nodes) ?? [], clusterCidrs: valueOf(values.clusterCidrs) }),
    }),
    rule({
      title: 'several plugins at once',
      from: [1, 4],
      optional: [6],
      decide: (values, at) =>
        severalPlugins({
          ...values,
          clusterCidrs: valueOf(values.clusterCidrs),
          nodes: valueOf(values.nodes) ?? [],
          situation: surroundings(values, at).situation,
        }),
    }),
    rule({
      title: 'allocation records that leak or are corrupt',
      from: [1, 3, 6],
      optional: [2, 4],
      decide: (values, at) => unlessUnread(staleRecord(values.pod, surroundings(values, at)), values.addressPools),
    }),
  ]);
