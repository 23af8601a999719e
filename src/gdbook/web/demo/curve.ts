// The loss against the step, on a logarithmic axis.

import { begin, decades, drawAxes, drawMark, toPixels, type Frame } from "./canvas";
import type { Pair } from "./spec";
import { raised, type Theme } from "./theme";
import type { Scene2D, Seen, View } from "./view";

const SHORTEST = 20; // steps that the axis shows at least
const HIGHEST = 1e12;
const LOWEST = 1e-16;

export class CurveView implements View {
  readonly canvas = document.createElement("canvas");

  constructor() {
    this.canvas.className = "gd-demo-canvas";
  }

  draw(scene: Scene2D, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const zero = Math.min(scene.floor, 0); // a logarithm has no room for what lies below
    const frame: Frame = {
      left: 52, top: 10, width: clientWidth - 62, height: clientHeight - 50,
      x: [0, Math.max(SHORTEST, scene.step)], y: range(scene.walks, zero),
    };
    const levels = decades(frame.y);
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    for (const level of levels) {
      const [, y] = toPixels(frame, [0, level]);
      context.beginPath();
      context.moveTo(frame.left, y);
      context.lineTo(frame.left + frame.width, y);
      context.stroke();
    }
    const name = zero < 0 ? "loss above lowest" : "loss";
    drawAxes(context, frame, ["step", name], theme, (power) => `10${raised(power)}`, levels);
    for (const seen of scene.walks) drawCurve(context, frame, seen, zero, theme);
  }
}

function logarithm(loss: number): number {
  return Math.log10(Math.min(HIGHEST, Math.max(LOWEST, loss)));
}

/** Return the powers of ten between which all losses lie. */
function range(walks: Seen[], zero: number): Pair {
  let [low, high] = [Infinity, -Infinity];
  for (const { walk, step } of walks) {
    for (const loss of walk.losses.slice(0, step + 1)) {
      if (Number.isNaN(loss)) continue;
      low = Math.min(low, logarithm(loss - zero));
      high = Math.max(high, logarithm(loss - zero));
    }
  }
  if (low > high) return [-1, 1];
  return [Math.min(Math.floor(low), Math.ceil(high) - 2), Math.ceil(high + 1e-9)];
}

function drawCurve(
  context: CanvasRenderingContext2D, frame: Frame, { walk, step, color }: Seen, zero: number,
  theme: Theme,
): void {
  let last: Pair | null = null;
  context.beginPath();
  for (let t = 0; t <= step; t++) {
    const loss = walk.losses[t];
    if (loss === undefined || Number.isNaN(loss)) break;
    last = toPixels(frame, [t, logarithm(loss - zero)]);
    context.lineTo(...last);
  }
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.strokeStyle = color;
  context.stroke();
  if (last !== null) drawMark(context, walk.runner.marker, last, 5, color, theme.background);
}
