export { goldenManifest, goldenTensor, maxAbsDifference } from './golden.js';
export { describeShared, hasShared, shared } from './shared.js';
export { temporaryFolder } from './temporary-folder.js';
export { describeWhere, testWhere } from './where.js';
