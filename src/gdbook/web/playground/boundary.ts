// The plane: how sure the network is of each place, where it changes its mind, and the points.

import { begin, drawAxes, toPixels, type Frame } from "../demo/canvas";
import { make } from "../demo/dom";
import { march } from "../demo/terrain";
import { ticks, type Theme } from "../demo/theme";
import type { Field } from "./field";
import { tint, type Colors } from "./paint";
import type { Points } from "./run";

export class BoundaryView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  private readonly small = document.createElement("canvas");
  private drawnFor = "";

  draw(field: Field, key: string, points: Points, colors: Colors, theme: Theme): void {
    this.prepare(field, key, colors, theme);
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const side = Math.max(20, Math.min(clientWidth - 52, clientHeight - 50));
    const frame: Frame = {
      left: 40 + (clientWidth - 52 - side) / 2, top: 8, width: side, height: side,
      x: points.window[0], y: points.window[1],
    };
    context.imageSmoothingQuality = "high";
    context.drawImage(this.small, frame.left, frame.top, side, side);
    drawLine(context, frame, field, theme);
    drawAxes(context, frame, ["x₁", "x₂"], theme, undefined, ticks(...frame.y));
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, side, side);
    context.clip();
    drawPoints(context, frame, points, colors, theme);
    context.restore();
  }

  private prepare(field: Field, key: string, colors: Colors, theme: Theme): void {
    if (this.drawnFor === key + theme.name) return;
    this.drawnFor = key + theme.name;
    const { n } = field;
    this.small.width = this.small.height = n;
    const context = this.small.getContext("2d")!;
    const image = context.createImageData(n, n);
    tint(image.data, n, 0, field.scores, n, (score) => Math.tanh(score / 2), colors);
    context.putImageData(image, 0, 0);
  }
}

/** Draw where the score is zero; samples stand in the middle of their cells. */
function drawLine(
  context: CanvasRenderingContext2D, { left, top, width, height }: Frame, field: Field, theme: Theme,
): void {
  const lines: number[] = [];
  march({ n: field.n, height: field.scores }, 0, lines);
  const cell = width / field.n;
  context.beginPath();
  for (let k = 0; k < lines.length; k += 4) {
    context.moveTo(left + (lines[k]! + 0.5) * cell, top + height - (lines[k + 1]! + 0.5) * cell);
    context.lineTo(left + (lines[k + 2]! + 0.5) * cell, top + height - (lines[k + 3]! + 0.5) * cell);
  }
  context.lineWidth = 1.6;
  context.strokeStyle = theme.text;
  context.stroke();
}

/** Circles and squares for the classes, filled if learned from, hollow if held out. */
function drawPoints(
  context: CanvasRenderingContext2D, frame: Frame, points: Points, { names }: Colors, theme: Theme,
): void {
  const { inputs, classes, count } = points;
  const size = Math.max(2.6, Math.min(4, frame.width / 80));
  for (const held of [true, false]) {
    for (const kind of [0, 1] as const) {
      context.beginPath();
      for (let i = 0; i < count; i++) {
        if (classes[i] !== kind || i >= count >> 1 !== held) continue;
        const [x, y] = toPixels(frame, [inputs[2 * i]!, inputs[2 * i + 1]!]);
        if (kind === 0) {
          context.moveTo(x + size, y);
          context.arc(x, y, size, 0, 2 * Math.PI);
        } else {
          context.rect(x - size * 0.88, y - size * 0.88, 1.76 * size, 1.76 * size);
        }
      }
      context.lineWidth = held ? 1.4 : 1;
      context.fillStyle = names[kind];
      context.strokeStyle = held ? names[kind] : theme.background;
      if (!held) context.fill();
      context.stroke();
    }
  }
}
