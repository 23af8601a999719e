// The loss against the step, on a logarithmic axis.

import { begin, decades, drawAxes, drawLevels, drawMark, toPixels, type Frame } from "./canvas";
import { make } from "./dom";
import type { Pair } from "./spec";
import { raised, type Theme } from "./theme";
import type { Scene2D, Seen, View } from "./view";

const SHORTEST = 20; // steps that the axis shows at least
const HIGHEST = 12; // power of ten that the axis shows at most, unless all is higher
const LOWEST = -16; // power of ten that the axis shows at least, however low a loss

export class CurveView implements View {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });

  draw(scene: Scene2D, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const zero = zeroOf(scene);
    const frame: Frame = {
      left: 52, top: 10, width: clientWidth - 66, height: clientHeight - 50,
      x: [0, Math.max(SHORTEST, scene.step)], y: range(scene.walks, zero),
    };
    const levels = decades(frame.y);
    drawLevels(context, frame, levels, theme);
    const name = zero < 0 ? "loss above lowest" : "loss";
    drawAxes(context, frame, ["step", name], theme, (power) => `10${raised(power)}`, levels);
    // What grows beyond the highest loss, or falls below the lowest, goes out of the picture: it has
    // not come to a halt there.
    context.save();
    context.beginPath();
    context.rect(0, frame.top - 6, clientWidth, frame.height + 12);
    context.clip();
    for (const seen of scene.walks) drawCurve(context, frame, seen, zero, theme);
    context.restore();
  }
}

/** Return the loss that is drawn as 0: a logarithm has no room for what lies below. */
function zeroOf({ floor, walks }: Scene2D): number {
  const losses = walks.flatMap(({ walk, step }) => walk.losses.slice(0, step + 1)).filter(Number.isFinite);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const zero = Math.min(floor, 0);
  const below = low < zero - 1e-9 * (1 + Math.abs(zero)); // out of the window it goes on down
  return below ? low - 0.02 * (high - low) : zero;
}

/** Return the power of ten that a loss is, and for 0 the lowest there is. */
function logarithm(loss: number): number {
  return Math.log10(Math.max(Number.MIN_VALUE, loss));
}

/** Return the powers of ten between which all losses lie. */
function range(walks: Seen[], zero: number): Pair {
  let [low, high] = [Infinity, -Infinity];
  for (const { walk, step } of walks) {
    for (const loss of walk.losses.slice(0, step + 1)) {
      if (Number.isNaN(loss)) continue;
      const power = Math.max(LOWEST, logarithm(loss - zero));
      [low, high] = [Math.min(low, power), Math.max(high, power)];
    }
  }
  if (low > high) return [-1, 1];
  const top = Math.min(Math.max(HIGHEST, Math.ceil(low) + 2), Math.ceil(high + 1e-9));
  return [Math.min(Math.floor(low), top - 2), top];
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
