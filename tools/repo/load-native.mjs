// Loads the addon that `npm run native` built, in this process, and says what it was built with.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const addon = createRequire(import.meta.url)(join(root, 'packages', 'trt-runtime', 'build', 'trt_fairmot.node'));
const { driverVersion, runtimeVersion, devices } = addon.probeCuda();
console.log(`addon loaded: CUDA ${runtimeVersion}, driver ${driverVersion ?? 'none'}, ${devices.length} GPUs`);
