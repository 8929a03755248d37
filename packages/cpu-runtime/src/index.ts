export { convolutionLanes } from './convolution-lanes.js';
export { CpuDetector, type CpuDetectorOptions, type CpuDetectorStats } from './detector.js';
export { CpuNetwork, type CpuNetworkOptions, type CpuTensor, type NetworkInput } from './network.js';
export { loadOnnxRuntime } from './onnx-runtime.js';
export { type NodeTime, profileNetwork } from './profile-network.js';
