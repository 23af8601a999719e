// The honest race's curves: the loss reached, against the learning rate; a dot marks the present one.

import { begin, decades, drawAxes, drawMark, toPixels, type Frame } from "./canvas";
import { make } from "./dom";
import type { Pair, Runner, Slider } from "./spec";
import { raised, type Theme } from "./theme";
import type { Scene2D, View } from "./view";

const HIGHEST = 1e4; // what lies above is shown at the edge

export class RatesView implements View {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  private rates = new Map<string, number>();

  constructor(private readonly slider: Slider) {}

  /** Say which learning rate each racer has now. */
  show(rates: Map<string, number>): void {
    this.rates = rates;
  }

  draw(scene: Scene2D, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const runners = scene.walks.map(({ walk }) => walk.runner);
    const x: Pair = [Math.log10(this.slider.low), Math.log10(this.slider.high)];
    const frame: Frame = {
      left: 52, top: 10, width: clientWidth - 62, height: clientHeight - 50, x, y: range(runners),
    };
    const label = (power: number): string => `10${raised(power)}`;
    drawAxes(context, frame, ["learning rate", "loss reached"], theme, label, decades(frame.y), label);
    for (const runner of runners) this.drawCurve(context, frame, runner, theme);
  }

  private drawCurve(
    context: CanvasRenderingContext2D, frame: Frame, runner: Runner, theme: Theme,
  ): void {
    const color = runner.color[theme.name];
    const points = pointsOf(runner);
    context.beginPath();
    for (const point of points) context.lineTo(...toPixels(frame, point));
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.stroke();
    const rate = this.rates.get(runner.name);
    const here = rate === undefined ? null : between(points, Math.log10(rate));
    if (here === null) return;
    drawMark(context, runner.marker, toPixels(frame, here), 6, color, theme.background);
  }
}

function pointsOf({ sensitivity }: Runner): Pair[] {
  const losses = sensitivity?.losses ?? [];
  return losses.map((loss, i): Pair => [
    Math.log10(sensitivity!.rates[i]!),
    Math.log10(Math.max(1e-16, Math.min(HIGHEST, loss ?? HIGHEST))),
  ]);
}

/** Return the point of a curve at an abscissa. */
function between(points: Pair[], x: number): Pair | null {
  const i = points.findIndex(([u]) => u >= x);
  if (i < 0) return points[points.length - 1] ?? null;
  const [right, left] = [points[i]!, points[Math.max(0, i - 1)]!];
  const part = right[0] === left[0] ? 0 : (x - left[0]) / (right[0] - left[0]);
  return [Math.max(x, points[0]![0]), left[1] + part * (right[1] - left[1])];
}

function range(runners: Runner[]): Pair {
  const heights = runners.flatMap((runner) => pointsOf(runner).map(([, y]) => y));
  if (heights.length === 0) return [-1, 1];
  return [Math.floor(Math.min(...heights)), Math.ceil(Math.max(...heights) + 1e-9)];
}
