// The sharpness and its line, the loss, and the valley across which the steps swing.

import { begin, decades, drawAxes, drawLevels, drawMark, toPixels, type Frame } from "../demo/canvas";
import { make } from "../demo/dom";
import type { Pair } from "../demo/spec";
import { raised, sayBriefly, ticks, type Theme } from "../demo/theme";
import type { Run, Slice } from "./run";

const SHORTEST = 50; // steps that the axes show at least
const PLACES = 61; // of a slice
const RECENT = 6; // steps whose swings a slice has room for
const NARROWEST = 1e-7; // half the width of a slice, at least
const HIGHEST = 1e12;

function frameOf(canvas: HTMLCanvasElement, run: Run, y: Pair): Frame {
  const { clientWidth, clientHeight } = canvas;
  return {
    left: 52, top: 10, width: clientWidth - 72, height: clientHeight - 50,
    x: [0, Math.max(SHORTEST, run.step)], y,
  };
}

/** Draw a curve of one value for each step; what is outside the frame is cut off. */
function drawCurve(
  context: CanvasRenderingContext2D, frame: Frame, step: number, value: (t: number) => number,
  color: (t: number) => string,
): void {
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top - 3, frame.width + 8, frame.height + 6);
  context.clip();
  context.lineWidth = 2;
  context.lineJoin = "round";
  for (let from = 0; from < step; ) { // a stretch of one colour at a time
    const own = color(from + 1);
    context.beginPath();
    context.moveTo(...toPixels(frame, [from, value(from)]));
    while (from < step && color(from + 1) === own) {
      from += 1;
      if (Number.isFinite(value(from))) context.lineTo(...toPixels(frame, [from, value(from)]));
    }
    context.strokeStyle = own;
    context.stroke();
  }
  context.restore();
  const end = value(step);
  if (end >= frame.y[0] && end <= frame.y[1]) {
    drawMark(context, "o", toPixels(frame, [step, end]), 4, color(step), "transparent");
  }
}

export class SharpnessView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw(run: Run, theme: Theme): void {
    const context = begin(this.canvas);
    const { step, sharpness } = run;
    const lines = sharpness.slice(0, step + 1).map((_, t) => run.edge(t));
    const top = Math.max(...lines);
    const seen = sharpness.slice(0, step + 1).filter((value) => value <= 2.5 * top);
    const high = 1.12 * Math.max(top, ...seen);
    const frame = frameOf(this.canvas, run, [0, high]);
    drawLevels(context, frame, ticks(0, high), theme);
    drawAxes(context, frame, ["step", "sharpness"], theme);
    this.drawLine(context, frame, run, theme);
    drawCurve(context, frame, step, (t) => sharpness[t]!,
      (t) => (sharpness[t]! > run.edge(t) ? theme.bad : theme.accent));
    this.nameLine(context, frame, run, theme);
  }

  /** Draw 2/rate: as it was, and as it goes on if the rate stays. */
  private drawLine(context: CanvasRenderingContext2D, frame: Frame, run: Run, theme: Theme): void {
    context.beginPath();
    for (let t = 0; t <= run.step; t++) {
      if (t > 0 && run.edge(t) !== run.edge(t - 1)) context.lineTo(...toPixels(frame, [t, run.edge(t - 1)]));
      if (t === 0 || run.edge(t) !== run.edge(t - 1)) context.lineTo(...toPixels(frame, [t, run.edge(t)]));
    }
    context.lineTo(...toPixels(frame, [frame.x[1], run.edge()]));
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.setLineDash([6, 4]);
    context.stroke();
    context.setLineDash([]);
  }

  private nameLine(context: CanvasRenderingContext2D, frame: Frame, run: Run, theme: Theme): void {
    const words = `2/${sayBriefly(run.rate())} = ${sayBriefly(run.edge())}`;
    const [end, y] = toPixels(frame, [frame.x[1], run.edge()]);
    context.font = `12px ${theme.font}`;
    context.fillStyle = theme.text;
    context.textAlign = "right";
    context.textBaseline = "bottom";
    // Where the line begins the curve is still below it; at its end it swings about it.
    const left = toPixels(frame, [run.since, run.edge()])[0] + 6;
    const x = Math.min(end, left + context.measureText(words).width);
    context.strokeStyle = theme.background; // so that it can be read across a curve
    context.lineWidth = 4;
    context.strokeText(words, x, y - 4);
    context.fillText(words, x, y - 4);
  }
}

export class LossView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw(run: Run, theme: Theme): void {
    const context = begin(this.canvas);
    const { step, losses } = run;
    const logarithm = (t: number): number => Math.log10(Math.min(HIGHEST, Math.max(1e-16, losses[t]!)));
    const heights = losses.slice(0, step + 1).map((_, t) => logarithm(t)).filter(Number.isFinite);
    const range: Pair = [
      Math.floor(Math.min(-1, ...heights) - 1e-9), Math.max(0.15, Math.max(...heights) + 0.1),
    ];
    const frame = frameOf(this.canvas, run, range);
    drawLevels(context, frame, decades(range), theme);
    drawAxes(context, frame, ["step", "loss"], theme, (power) => `10${raised(power)}`, decades(range));
    drawCurve(context, frame, step, logarithm,
      (t) => (losses[t]! > losses[t - 1]! ? theme.bad : theme.accent));
  }
}

/** The loss along the sharpest direction: the valley, its parabola, and the step across it. */
export class ValleyView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw(run: Run, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    if (!(run.sharpness[run.step]! > 0)) return this.say(context, "there is no valley here", theme);
    const half = halfWidth(run);
    const slice = run.slice(half, PLACES);
    const low = Math.min(slice.bottom, ...slice.heights);
    const high = Math.max(...slice.heights) - low;
    if (!(high > 0 && high < Infinity)) return this.say(context, "there is no valley here", theme);
    const [wide, tall] = [unitOf(half), unitOf(high)];
    const frame: Frame = {
      left: 52, top: 16, width: clientWidth - 66, height: clientHeight - 62,
      x: [-half / wide, half / wide], y: [0, (1.05 * high) / tall],
    };
    const names: [string, string] = [
      `along the sharpest direction${inUnits(wide)}`, `loss above the floor${inUnits(tall)}`,
    ];
    const levels = ticks(...frame.y, 4);
    drawLevels(context, frame, levels, theme);
    drawAxes(context, frame, names, theme, sayBriefly, levels);
    const at = ([x, height]: Pair): Pair => toPixels(frame, [x / wide, (height - low) / tall]);
    this.drawValley(context, frame, slice, at, run, theme);
    this.drawStep(context, slice, at, run, theme);
  }

  private drawValley(
    context: CanvasRenderingContext2D, frame: Frame, slice: Slice, at: (place: Pair) => Pair, run: Run,
    theme: Theme,
  ): void {
    const sharp = run.sharpness[run.step]!;
    const stroke = (height: (k: number) => number): void => {
      context.beginPath();
      slice.places.forEach((x, k) => context.lineTo(...at([x, height(k)])));
      context.stroke();
    };
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top - 12, frame.width, frame.height + 14);
    context.clip();
    context.lineWidth = 1.3;
    context.strokeStyle = theme.muted;
    context.setLineDash([3, 4]);
    stroke((k) => slice.bottom + (sharp / 2) * slice.places[k]! ** 2);
    context.setLineDash([]);
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    stroke((k) => slice.heights[k]!);
    context.restore();
  }

  private drawStep(
    context: CanvasRenderingContext2D, slice: Slice, at: (place: Pair) => Pair, run: Run, theme: Theme,
  ): void {
    const color = run.sharpness[run.step]! > run.edge() ? theme.bad : theme.accent;
    const [from, to] = [at(slice.here), at(slice.next)];
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.stroke();
    drawMark(context, "o", to, 5, theme.background, color);
    drawMark(context, "o", from, 6, color, theme.background);
  }

  private say(context: CanvasRenderingContext2D, words: string, theme: Theme): void {
    context.font = `13px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textAlign = "center";
    context.fillText(words, this.canvas.clientWidth / 2, this.canvas.clientHeight / 2);
  }
}

/** Return half the width of a slice: a round number with room for the last swings. */
function halfWidth(run: Run): number {
  let widest = NARROWEST;
  for (let t = Math.max(0, run.step - RECENT); t <= run.step; t++) {
    const swing = Math.abs(run.swing(t));
    const next = Math.abs(1 - run.rate(t) * run.sharpness[t]!) * swing; // on a parabola
    widest = Math.max(widest, ...[swing, next].filter(Number.isFinite));
  }
  const power = 10 ** Math.floor(Math.log10(1.25 * widest));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= 1.25 * widest)!;
}

/** Return a power of ten in which a small length is easily read. */
function unitOf(length: number): number {
  return length >= 0.05 ? 1 : 10 ** Math.floor(Math.log10(length));
}

function inUnits(unit: number): string {
  return unit === 1 ? "" : `, × 10${raised(Math.round(Math.log10(unit)))}`;
}
