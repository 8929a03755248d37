/** Outputs of one run by name. */
export type HeadValues = Readonly<Record<string, Float32Array>>;

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
const same = (value: number) => value;

/**
 * Error of each output relative to its size, over several images: sqrt(sum (a - b)^2 / sum a^2). Of `hm`, the heat map, the
 * sigmoid is compared, which is what detections are made of.
 *
 * @param expected outputs of each image
 * @param received outputs of the same images, by the same names
 * @returns 0 for equal outputs; infinite where an output is 0 throughout and was not met
 */
export function headErrors(expected: readonly HeadValues[], received: readonly HeadValues[]): Record<string, number> {
  const names = Object.keys(expected[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const read = name === 'hm' ? sigmoid : same;
      let [difference, size] = [0, 0];
      for (const [image, heads] of expected.entries()) {
        const [a, b] = [heads[name] as Float32Array, received[image]?.[name] as Float32Array];
        for (let i = 0; i < a.length; i++) {
          const value = read(a[i] as number);
          difference += (value - read(b[i] as number)) ** 2;
          size += value ** 2;
        }
      }
      return [name, difference === 0 ? 0 : Math.sqrt(difference / size)];
    }),
  );
}

/** The largest error of an output. */
export function worstError(errors: Readonly<Record<string, number>>): number {
  return Math.max(0, ...Object.values(errors));
}
