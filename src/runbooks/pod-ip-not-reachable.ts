import { also, runbook, step } from '../core/runbook.ts';
import { valueOf } from '../core/evidence.ts';
import { cniLogs } from '../collectors/cni-logs.ts';
import { connectivity } from '../collectors/connectivity.ts';
import { networkPolicies } from '../collectors/network-policies.ts';
import { node, nodeEvents } from '../collectors/node.ts';
import { cloudNetwork, nodeNetwork, peerNetwork } from '../collectors/node-network.ts';
import { nodePods } from '../collectors/node-pods.ts';
import { nodes } from '../collectors/nodes.ts';
import { owner } from '../collectors/owner.ts';
import { pod } from '../collectors/pod.ts';
import { ownerEvents, podEvents } from '../collectors/pod-events.ts';
import { podLogs } from '../collectors/pod-logs.ts';
import { podReferences } from '../collectors/pod-references.ts';
import { podRows } from '../collectors/pod-rows.ts';
import { pluginEvents } from '../collectors/plugin-events.ts';
import { pluginPods } from '../collectors/plugin-pods.ts';
import { plugins } from '../collectors/plugins.ts';
import { applicationLevel } from './rules/application.ts';
import { awaitedNodes } from './rules/awaited-nodes.ts';
import { pathCauses } from './rules/causes-asked.ts';
import { failedSandbox } from './rules/failed-sandbox.ts';
import { pluginLogs } from './rules/plugin-logs.ts';
import { withAnswerOf, withFindingsOf, unlessUnread } from './rules/combine.ts';
import { mtuDiffers } from './rules/mtu-differs.ts';
import { nodeAtFault } from './rules/node-at-fault.ts';
import { pluginAtFault } from './rules/plugin-at-fault.ts';
import { policyBlocks } from './rules/policy-blocks.ts';
import { routesLeadToPod } from './rules/reachability.ts';
import { surroundings } from './rules/surroundings.ts';
import { recentChanges } from './rules/recent-changes.ts';

/** The written runbook is pod-ip-not-reachable.md: the same steps, the same rules, the same numbers. */
export const podIpNotReachable = runbook({ id: 'PodIPNotReachable', alerts: ['KubeNetworkPluginError', 'KubePodNotReady'] })
  .playbook({
    1: step(
      'Look at the pod: address, network, conditions, and every policy that selects it',
      pod,
      networkPolicies,
      also(owner),
      also(nodePods),
      also(podRows),
      also(podLogs),
      also(podReferences),
    ),
    2: step('Read its events, oldest first', podEvents, also(ownerEvents)),
    3: step("Look at the network plugin's pods and their health", plugins, pluginPods, also(pluginEvents), also(node)),
    4: step("Connect to the pod's address from another pod", connectivity),
    5: step("Read the plugin's logs for networking, routes and connectivity", cniLogs),
    6: step(
      "Look at the node's interfaces, routes and events",
      nodeNetwork,
      also(peerNetwork),
      also(nodes),
      also(nodeEvents),
      also(cloudNetwork),
    ),
  })
  .diagnosis((rule) => ({
    1: rule({
      title: 'The events show that the sandbox or its network could not be set up: the plugin failed',
      from: [1, 2],
      optional: [3, 6],
      decide: (values, at) => failedSandbox({ ...values, node: valueOf(values.node), surroundings: surroundings(values, at) }, at),
    }),
    2: rule({
      title: 'Plugin pods on the node crash, are not ready, or have newly restarted',
      from: [1, 3],
      optional: [2, 5],
      decide: pluginAtFault,
    }),
    3: rule({
      title: 'The pod is not Ready, or has no address, for a reason that is not the network',
      from: [1],
      optional: [2, 3, 6],
      decide: applicationLevel,
    }),
    4: rule({
      title: 'The pod is Ready and a network policy blocks its traffic',
      from: [1],
      optional: [3, 4, 6],
      decide: (values, at) =>
        policyBlocks({
          ...values,
          podLogs: valueOf(values.podLogs),
          nodes: valueOf(values.nodes),
          situation: surroundings(values, at).situation,
        }),
    }),
    5: rule({
      title: 'No policy blocks, but connections fail or routes and interfaces do not lead to the pod',
      from: [1],
      optional: [3, 4, 6],
      decide: (values, at) =>
        routesLeadToPod({
          ...values,
          nodes: valueOf(values.nodes) ?? [],
          podRows: valueOf(values.podRows) ?? [],
          situation: surroundings(values, at).situation,
        }),
    }),
    6: rule({
      title: 'The routes are right, and the plugin logs trouble with addresses or with programming routes',
      from: [1, 5],
      optional: [2, 3, 6],
      decide: (values, at) =>
        pluginLogs(
          values.cniLogs,
          { causes: pathCauses, otherwise: 'no trouble with addresses, tunnels, routes or MTUs' },
          { surroundings: surroundings(values, at), at },
        ),
    }),
  }))
  .otherwise((rule) => [
    rule({
      title: 'the state of the node, its interfaces and the cloud’s routes',
      from: [1],
      optional: [3, 4, 6],
      decide: (values, at) => {
        const around = surroundings(values, at);
        const ofNodes = withFindingsOf(nodeAtFault({ ...values, surroundings: around }, at), awaitedNodes(values, at));
        const verdict = withAnswerOf(ofNodes, mtuDiffers({ ...values, situation: around.situation }));
        return unlessUnread(verdict, values.nodeNetwork, values.cloudNetwork);
      },
    }),
    rule({
      title: 'recent changes of node, plugin or cluster',
      from: [1, 3],
      optional: [6],
      decide: (values, at) => recentChanges({ ...values, node: valueOf(values.node) }, at),
    }),
  ]);
