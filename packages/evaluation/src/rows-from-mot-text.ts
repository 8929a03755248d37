import { FairmotError } from './error.js';
import { checkedRows, type MotRows } from './mot-rows.js';

const columnNames = ['frame', 'identity', 'left', 'top', 'width', 'height', 'confidence', 'class'];

/**
 * Rows of a MOTChallenge file: `frame,id,left,top,width,height[,confidence[,class[,...]]]`, separated by commas, semicolons or
 * blanks. Ground truth of MOT15 to MOT20 and results alike. Empty lines are passed over.
 *
 * @param source name of the file, for messages
 * @throws FairmotError that names file and line
 * @example
 * const rows = rowsFromMotText('1,7,10,20,30,60,1,-1,-1,-1\n', 'result.txt');
 */
export function rowsFromMotText(text: string, source: string): MotRows {
  const frames: number[] = [];
  const ids: number[] = [];
  const boxes: number[] = [];
  const confidences: number[] = [];
  const classes: number[] = [];
  const lines: number[] = [];
  let columns = 0;
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    const place = `${source}:${index + 1}`;
    if (fields.length < 6) {
      throw new FairmotError(
        `Expected at least 6 columns in ${place} but received ${fields.length}: '${shown(line)}'`,
        {
          hint: 'a row is frame,id,left,top,width,height,confidence,...',
        },
      );
    }
    if (columns === 0) columns = fields.length;
    const numbers = fields.slice(0, 8).map((field, column) => numberFrom(field, column, place));
    const [frame = 0, id = 0, left = 0, top = 0, width = 0, height = 0, confidence = 1, kind = 1] = numbers;
    frames.push(wholeFrame(frame, place));
    ids.push(id);
    boxes.push(left, top, width, height);
    confidences.push(confidence);
    classes.push(kind);
    lines.push(index + 1);
  }
  return checkedRows({
    source,
    count: frames.length,
    columns,
    frames: Int32Array.from(frames),
    ids: Float64Array.from(ids),
    boxes: Float64Array.from(boxes),
    confidences: Float64Array.from(confidences),
    classes: Float64Array.from(classes),
    lines: Int32Array.from(lines),
  });
}

/** The fields of a line; a separator at its end adds none. */
function fieldsOf(line: string): string[] {
  const trimmed = line.trim();
  if (trimmed === '') return [];
  const separator = trimmed.includes(',') ? ',' : trimmed.includes(';') ? ';' : /\s+/;
  const fields = trimmed.split(separator);
  if (fields.at(-1)?.trim() === '') fields.pop();
  return fields;
}

function numberFrom(field: string, column: number, place: string): number {
  const number = field.trim() === '' ? Number.NaN : Number(field);
  if (Number.isFinite(number)) return number;
  throw new FairmotError(`Expected a number for the ${columnNames[column]} in ${place} but received '${shown(field)}'`);
}

function wholeFrame(frame: number, place: string): number {
  if (Number.isInteger(frame) && frame >= 1 && frame < 2 ** 31) return frame;
  throw new FairmotError(`Expected a frame number of at least 1 in ${place} but received ${frame}`);
}

const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
