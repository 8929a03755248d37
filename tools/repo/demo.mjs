// `npm run demo`: install, build, export the demo checkpoint, track the sample film, write tracks and video.
import { runTargets } from './run.mjs';
import { run } from './setup.mjs';

if (runTargets('build') !== 0) process.exit(1);
run(process.execPath, [
  'packages/app/dist/fairmot.js',
  'track',
  'tools/demo/pedestrians.mp4',
  ...['--model', 'tools/demo/fairmot-dla34-half.pth', '--height', '320', '--width', '576', '--conf', '0.3'],
  ...['--mot', 'runs/demo/tracks.txt', '--save', 'runs/demo/tracks.mp4', '--overwrite'],
]);
