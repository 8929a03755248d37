// Times of work on a stream, taken with events on the GPU.
import { Event } from '@trt-fairmot/trt-runtime';

const warmUp = 20;

/** Median, 99th percentile and least of many runs, in milliseconds. */
export async function timesOf(stream, work, runs) {
  const [begin, end] = [await Event.create(), await Event.create()];
  const times = [];
  for (let i = 0; i < runs + warmUp; i++) {
    await begin.record(stream);
    await work();
    await end.record(stream);
    await stream.synchronize();
    if (i >= warmUp) times.push(end.since(begin));
  }
  times.sort((a, b) => a - b);
  return { median: times[runs >> 1], p99: times[Math.floor(runs * 0.99)], least: times[0] };
}
