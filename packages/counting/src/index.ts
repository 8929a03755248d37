export type { Point } from './geometry.js';
export {
  type CountedTrack,
  type CountTotals,
  type Crossing,
  type Direction,
  type FrameCounts,
  ZoneCounter,
  type ZoneCounterOptions,
} from './zone-counter.js';
export { type Anchor, type PixelZones, pixelZones, type Zone, type Zones } from './zones.js';
