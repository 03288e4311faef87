import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('aws-cni', cause);
const log = (message: string): string =>
  `{"level":"error","ts":"2026-03-04T17:24:47.807Z","caller":"ipamd/ipamd.go:883","msg":"${message}"}`;

export const awsVpc: PluginSamples = {
  daemonSet: daemonSet({
    name: 'aws-node',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'aws-node', 'app.kubernetes.io/name': 'aws-node' },
    containers: {
      'aws-node': '602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon-k8s-cni:v1.18.3-eksbuild.1',
      'aws-eks-nodeagent': '602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon/aws-network-policy-agent:v1.1.2-eksbuild.1',
    },
  }),
  texts: {
    event: [
      ['ip-pool-exhausted', event('add cmd: failed to assign an IP address to container')],
      [
        'ip-pool-exhausted/subnet-full',
        'InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.\n\tstatus code: 400',
      ],
      ['cloud-network-misconfigured', 'failed to allocate branch ENI to pod: creating network interface'],
      [
        'cni-auth-failure/cloud-permissions',
        'Unauthorized operation: failed to call ec2:CreateNetworkInterface due to missing permissions. Please refer to the documentation',
      ],
      ['cni-plugin-unhealthy/agent-not-answering', event('add cmd: failed to connect to backend server: timeout')],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 127.0.0.1:50051: connect: connection refused"',
        ),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = all SubConns are in TransientFailure',
        ),
      ],
      ['cni-plugin-unhealthy', event('add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unknown desc = odd')],
      ['cni-plugin-unhealthy', event('add cmd: failed to setup network policy')],
      [
        'route-misconfigured',
        event('add cmd: failed to setup network: failed to setup toContainer rule, containerAddr=10.0.1.4, rtTable=main'),
      ],
      ['route-misconfigured', event('add cmd: setup NS network: failed to add static ARP')],
    ],
    probe: [
      [
        'cni-plugin-unhealthy/not-ready',
        'Readiness probe failed: {"level":"info","ts":"2026-03-04T17:24:47.807Z","caller":"/root/sdk/go/src/runtime/proc.go:271","msg":"timeout: failed to connect service \\":50051\\" within 5s"}',
      ],
    ],
    'node-event': [
      ['ip-pool-exhausted/subnet-full', 'InsufficientFreeAddressesInSubnet'],
      ['ip-pool-exhausted/subnet-full', 'InsufficientCidrBlocks: There are not enough free cidr blocks'],
      ['ip-pool-exhausted/eni-limit', 'AttachmentLimitExceeded: Interface count 4 exceeds the limit for m5.large'],
      ['cloud-network-misconfigured', 'EniConfigNameNotFound: failed to find the ENIConfig eu-1a'],
      ['cloud-network-misconfigured', 'InvalidSubnetID.NotFound: The subnet ID subnet-1 does not exist'],
    ],
    log: [
      [
        'cni-datastore-unreachable',
        log('Failed to communicate with K8S Server. Please check instance security groups or http proxy setting'),
      ],
      ['cni-auth-failure/unauthorized', log('error communicating with apiserver: Unauthorized')],
      ['ip-pool-exhausted', log('DataStore has no available IP/Prefix addresses')],
      ['ip-pool-exhausted/subnet-full', log("Unable to attach: subnet doesn't seem to have enough IPs/Prefixes")],
      ['cloud-network-misconfigured', log('No ENIConfig could be found for this node')],
      ['cloud-network-misconfigured', log('Failed to increase pool size due to not able to allocate ENI')],
      ['ipam-state-corrupt/stale-allocation', log('PrivateIpAddressLimitExceeded: Number of private addresses will exceed limit.')],
      ['ipam-state-corrupt/stale-allocation', log('Instance metadata does not match data store! ENI: eni-1')],
      ['cni-plugin-unhealthy/not-ready', log('Timed out waiting for IPAM daemon to start')],
      ['cni-datastore-unreachable', log('Failed to check API server connectivity: unexpected')],
      ['mtu-mismatch', log('Invalid AWS_VPC_ENI_MTU: MTU cannot be less than 576 or greater than 9001 in IPv4')],
    ],
  },
  harmless: [log('No ENI found at all in metadata'), log('RequestLimitExceeded: Request limit exceeded.')],
};
