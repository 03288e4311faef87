import { startLargeApi } from './large-api.ts';
import type { ClusterSize } from './plan.ts';

// A large API server in a process of its own: the size comes as JSON, the URL goes back over the channel to its parent.
const size = JSON.parse(process.argv[2] ?? '{}') as ClusterSize;
const { url } = await startLargeApi(size);
process.send?.({ url });
process.once('disconnect', () => process.exit(0));
