// What all flat views share: a sharp canvas, a frame with ticks, and the marks of optimizers.

import type { Pair } from "./spec";
import { sayTick, ticks, type Theme } from "./theme";

export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Pair; // the range shown
  y: Pair;
}

/** Make a canvas as sharp as the screen; return its size in pixels of the page. */
export function fit(canvas: HTMLCanvasElement): { width: number; height: number; ratio: number } {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  return { width, height, ratio };
}

export function begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const { width, height, ratio } = fit(canvas);
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export function toPixels({ left, top, width, height, x, y }: Frame, [u, v]: Pair): Pair {
  return [
    left + ((u - x[0]) / (x[1] - x[0])) * width,
    top + height - ((v - y[0]) / (y[1] - y[0])) * height,
  ];
}

export function fromPixels({ left, top, width, height, x, y }: Frame, [px, py]: Pair): Pair {
  return [
    x[0] + ((px - left) / width) * (x[1] - x[0]),
    y[0] + ((top + height - py) / height) * (y[1] - y[0]),
  ];
}

/** Return some powers of ten in a range of logarithms, six at most. */
export function decades([low, high]: Pair): number[] {
  const stride = Math.max(1, Math.ceil((high - low) / 5));
  const found: number[] = [];
  for (let power = Math.ceil(low); power <= high; power += stride) found.push(power);
  return found;
}

/** Return a number of a range, with as many digits as its hundredths need. */
export function round(value: number, [low, high]: Pair): number {
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(high - low)));
  return Number(Math.min(high, Math.max(low, value)).toFixed(digits));
}

/** Return a place moved by a fiftieth of the ranges, as one press of an arrow key does. */
export function nudged([u, v]: Pair, [x, y]: [Pair, Pair], way: Pair): Pair {
  const moved = (value: number, range: Pair, by: number): number =>
    round(value + (by * (range[1] - range[0])) / 50, range);
  return [moved(u, x, way[0]), moved(v, y, way[1])];
}

/** Draw the ticks and names of two axes. */
export function drawAxes(
  context: CanvasRenderingContext2D, frame: Frame, names: [string, string], theme: Theme,
  label: (value: number) => string = sayTick, levels = ticks(...frame.y), below = sayTick,
): void {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.textBaseline = "top";
  const bottom = frame.top + frame.height;
  const marks = ticks(...frame.x, frame.width < 240 ? 3 : 6);
  for (const value of below === sayTick ? marks : marks.filter(Number.isInteger)) {
    const [x] = toPixels(frame, [value, frame.y[0]]);
    context.fillText(below(value), x, bottom + 5);
  }
  context.fillText(names[0], frame.left + frame.width / 2, bottom + 21);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of levels) {
    const [, y] = toPixels(frame, [frame.x[0], value]);
    context.fillText(label(value), frame.left - 6, y);
  }
  context.save();
  context.translate(11, frame.top + frame.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(names[1], 0, 0);
  context.restore();
}

/** Draw a line across for each level. */
export function drawLevels(
  context: CanvasRenderingContext2D, frame: Frame, levels: number[], theme: Theme,
): void {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  for (const level of levels) {
    const [, y] = toPixels(frame, [frame.x[0], level]);
    context.beginPath();
    context.moveTo(frame.left, y);
    context.lineTo(frame.left + frame.width, y);
    context.stroke();
  }
}

/** Draw an optimizer's mark, matplotlib's by the same letter. */
export function drawMark(
  context: CanvasRenderingContext2D, marker: string, [x, y]: Pair, size: number, fill: string,
  edge: string,
): void {
  context.beginPath();
  outline(context, marker, x, y, size);
  context.closePath();
  context.fillStyle = fill;
  context.strokeStyle = edge;
  context.lineWidth = 1.8;
  context.fill();
  context.stroke();
}

const CORNERS: Record<string, [number, number]> = {
  // corners, and the turn of the first in eighths of a circle
  "^": [3, -2], v: [3, 2], "<": [3, 4], ">": [3, 0], s: [4, 1], D: [4, 0], d: [4, 0], p: [5, -2],
  h: [6, -2], H: [6, 0], "8": [8, 0.5],
};

function outline(
  context: CanvasRenderingContext2D, marker: string, x: number, y: number, size: number,
): void {
  const corners = CORNERS[marker];
  if (corners !== undefined) return polygon(context, x, y, size * 1.15, ...corners);
  if (marker === "P" || marker === "X") return cross(context, x, y, size, marker === "X");
  if (marker === "*") return star(context, x, y, size * 1.3);
  context.arc(x, y, size, 0, 2 * Math.PI);
}

function polygon(
  context: CanvasRenderingContext2D, x: number, y: number, size: number, corners: number,
  turn: number,
): void {
  for (let k = 0; k < corners; k++) {
    const angle = (turn * Math.PI) / 4 + (2 * Math.PI * k) / corners;
    context.lineTo(x + size * Math.cos(angle), y + size * Math.sin(angle));
  }
}

function cross(
  context: CanvasRenderingContext2D, x: number, y: number, size: number, turned: boolean,
): void {
  const [a, b] = [size * 0.38, size * 1.1];
  const corners: Pair[] = [
    [a, b], [a, a], [b, a], [b, -a], [a, -a], [a, -b], [-a, -b], [-a, -a], [-b, -a], [-b, a],
    [-a, a], [-a, b],
  ];
  const angle = turned ? Math.PI / 4 : 0;
  for (const [u, v] of corners) {
    context.lineTo(
      x + u * Math.cos(angle) - v * Math.sin(angle), y + u * Math.sin(angle) + v * Math.cos(angle),
    );
  }
}

function star(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  for (let k = 0; k < 10; k++) {
    const angle = -Math.PI / 2 + (Math.PI * k) / 5;
    const radius = k % 2 ? size * 0.45 : size;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
}
