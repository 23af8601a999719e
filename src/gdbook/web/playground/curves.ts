// The losses of both halves of the points, and the size of every layer's gradient.

import { begin, decades, drawAxes, drawLevels, toPixels, type Frame } from "../demo/canvas";
import { make } from "../demo/dom";
import type { Pair } from "../demo/spec";
import { raised, type Theme } from "../demo/theme";
import type { Look, Run } from "./run";

const SHORTEST = 50; // steps that the axis shows at least
const HALVES = ["training", "held out"] as const;

const power = (value: number): string => `10${raised(value)}`;
const logarithm = (value: number): number => Math.log10(Math.min(1e6, Math.max(1e-12, value)));

export class LossView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw(run: Run, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const looks = run.looks.filter(({ step }) => step < run.step);
    looks.push(run.look);
    const heights = looks.flatMap(({ loss }) => loss).filter(Number.isFinite).map(logarithm);
    const low = Math.min(-1, ...heights);
    const high = Math.max(0, ...heights);
    const frame: Frame = {
      left: 52, top: 10, width: clientWidth - 68, height: clientHeight - 50,
      x: [0, Math.max(SHORTEST, run.step)], y: [Math.floor(low - 1e-9), Math.max(0.15, high + 0.1)],
    };
    drawLevels(context, frame, decades(frame.y), theme);
    drawAxes(context, frame, ["step", "loss"], theme, power, decades(frame.y));
    const ends = HALVES.map((_, half) => this.drawHalf(context, frame, looks, half, theme));
    nameEnds(context, frame, ends, theme);
  }

  private drawHalf(
    context: CanvasRenderingContext2D, frame: Frame, looks: Look[], half: number, theme: Theme,
  ): Pair | null {
    let last: Pair | null = null;
    context.beginPath();
    for (const { step, loss } of looks) {
      const value = loss[half]!;
      if (!Number.isFinite(value)) break;
      last = toPixels(frame, [step, logarithm(value)]);
      context.lineTo(...last);
    }
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.strokeStyle = half === 0 ? theme.accent : theme.text;
    if (half === 1) context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    return last;
  }
}

/** Write the names of both curves at their ends, the lower one below, so that they never touch. */
function nameEnds(
  context: CanvasRenderingContext2D, frame: Frame, ends: (Pair | null)[], theme: Theme,
): void {
  const [one, other] = ends;
  const lower = one && other && one[1] >= other[1] ? 0 : 1;
  ends.forEach((end, half) => {
    if (end === null) return;
    context.font = `12px ${theme.font}`;
    context.fillStyle = half === 0 ? theme.accent : theme.text;
    const width = context.measureText(HALVES[half]!).width;
    context.textAlign = "right";
    context.textBaseline = half === lower ? "top" : "bottom";
    const x = Math.max(end[0], frame.left + width + 6);
    const y = end[1] + (half === lower ? 5 : -5);
    const bottom = frame.top + frame.height;
    context.fillText(HALVES[half]!, x, Math.min(bottom - (half === lower ? 14 : 2), Math.max(frame.top + 12, y)));
  });
}

/** A bar for each layer: how long the gradient of its weights was at the last step. */
export class SlopesView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw({ slopes }: Run, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const heights = slopes.filter((slope) => slope > 0 && Number.isFinite(slope)).map(logarithm);
    const frame: Frame = {
      left: 52, top: 10, width: clientWidth - 68, height: clientHeight - 50,
      x: [0.5, slopes.length + 0.5],
      y: [Math.min(-4, Math.floor(Math.min(...heights) - 0.3)), Math.max(0, Math.ceil(Math.max(...heights)))],
    };
    drawLevels(context, frame, decades(frame.y), theme);
    drawAxes(context, frame, ["layer", "gradient"], theme, power, decades(frame.y),
      (value) => String(value));
    context.fillStyle = theme.accent;
    slopes.forEach((slope, i) => {
      if (!(slope > 0)) return;
      const [left, top] = toPixels(frame, [i + 0.72, Math.min(frame.y[1], logarithm(slope))]);
      const [right, bottom] = toPixels(frame, [i + 1.28, frame.y[0]]);
      const wide = Math.min(right - left, 40);
      context.fillRect((left + right - wide) / 2, top, wide, bottom - top);
    });
  }
}
