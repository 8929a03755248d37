// Average precision of detections, one class: area under the precision-recall curve, precision made monotone (PASCAL VOC 2010).

/** Intersection over union of [x1, y1, x2, y2] boxes. */
function overlap(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/**
 * @param {{ score: number, box: number[] }[][]} detections of each frame
 * @param {number[][][]} truth boxes of each frame
 * @param {number} threshold overlap that makes a match
 */
export function averagePrecision(detections, truth, threshold = 0.5) {
  const taken = truth.map((boxes) => boxes.map(() => false));
  const all = detections.flatMap((found, frame) => found.map((detection) => ({ ...detection, frame })));
  all.sort((a, b) => b.score - a.score);
  const total = truth.reduce((sum, boxes) => sum + boxes.length, 0);
  let hits = 0;
  const points = all.map(({ box, frame }, i) => {
    let best = { at: -1, overlap: threshold };
    for (const [at, other] of truth[frame].entries()) {
      const value = overlap(box, other);
      if (!taken[frame][at] && value >= best.overlap) best = { at, overlap: value };
    }
    if (best.at >= 0) {
      taken[frame][best.at] = true;
      hits += 1;
    }
    return { recall: hits / total, precision: hits / (i + 1) };
  });
  for (let i = points.length - 2; i >= 0; i--)
    points[i].precision = Math.max(points[i].precision, points[i + 1].precision);
  return points.reduce(
    (area, { recall, precision }, i) => area + (recall - (points[i - 1]?.recall ?? 0)) * precision,
    0,
  );
}
