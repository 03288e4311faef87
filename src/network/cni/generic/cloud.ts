import { readIn, type Signature, type Where } from '../signature.ts';

const anywhere = { where: ['event', 'node-event', 'condition', 'log', 'object'] as readonly Where[] };

const ec2 = readIn('aws/aws-sdk-go:models/apis/ec2/2016-11-15/docs-2.json');
const azure = readIn('Azure/azure-container-networking:crd/nodenetworkconfig/api/v1alpha/nodenetworkconfig.go');
const gce = readIn('kubernetes/cloud-provider-gcp:pkg/controller/nodeipam/ipam/cloud_cidr_allocator.go');
const sts = readIn('aws/aws-sdk-go:service/sts/errors.go');

/** What the clouds' own interfaces answer; plugins, operators and controllers quote it. */
export const cloudSignatures: readonly Signature[] = [
  ec2.strong('ip-pool-exhausted/subnet-full', /does not have enough free (addresses|cidr blocks) to satisfy the request/, anywhere),
  azure.strong('ip-pool-exhausted/subnet-full', /SubnetIsFull|SubnetFull(Error)?\b|NCUpdateSubnetFullError|subnet is full/, anywhere),
  gce.strong('ip-pool-exhausted/subnet-full', /IP_SPACE_EXHAUSTED/, anywhere),
  ec2.strong(
    'cni-auth-failure/cloud-permissions',
    /UnauthorizedOperation|AuthFailure:|not authorized to perform( this operation|: )/,
    anywhere,
  ),
  sts.strong(
    'cni-auth-failure/cloud-permissions',
    /AccessDenied: Not authorized to perform sts|WebIdentityErr|NoCredentialProviders|ExpiredToken/,
    anywhere,
  ),
  azure.strong('cni-auth-failure/cloud-permissions', /AuthorizationFailed|LinkedAuthorizationFailed|NCUpdateUnauthorizedError/, anywhere),
  gce.strong('cni-auth-failure/cloud-permissions', /Required \S+ permission for|googleapi: Error 403: (?!.*quota)/, anywhere),
  ec2.strong(
    'cloud-network-misconfigured',
    /RouteLimitExceeded|RoutesPerRouteTable|InvalidRouteTableID|SecurityGroupLimitExceeded|InvalidSubnet\.\w+/,
    anywhere,
  ),
  gce.strong(
    'cloud-network-misconfigured',
    /(quotaExceeded|Quota \S+ exceeded|exceeded quota).{0,40}route|Quota '?(ROUTES|SUBNETWORKS|NETWORKS)\S*/,
    anywhere,
  ),
  azure.strong(
    'cloud-network-misconfigured',
    /RouteTableNotFound|NCUpdateInternalServerError|NCUpdateFailed|CouldNotFindRouteTable/,
    anywhere,
  ),
];
