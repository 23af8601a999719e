// The network: each unit a small picture of what it makes of the plane, each weight a line.

import { begin } from "../demo/canvas";
import { make } from "../demo/dom";
import type { Theme } from "../demo/theme";
import type { Field } from "./field";
import { tint, type Colors } from "./paint";
import type { Run } from "./run";

const LARGEST = 34; // pixels of a unit's side
const TOP = 22;

interface Box {
  x: number; // of its middle
  y: number;
  side: number;
}

export class DiagramView {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  private readonly atlas = document.createElement("canvas");
  private drawnFor = "";

  draw(run: Run, field: Field, key: string, colors: Colors, theme: Theme): void {
    this.prepare(field, key, colors, theme);
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const columns = placed(run.sizes, clientWidth, clientHeight);
    drawWeights(context, run, columns, colors);
    let unit = 0;
    for (const column of columns) {
      for (const box of column) this.drawUnit(context, box, unit++, field.small, theme);
    }
    context.font = `12px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textBaseline = "top";
    columns.forEach((column, i) => {
      const last = i === columns.length - 1;
      context.textAlign = i === 0 ? "left" : last ? "right" : "center";
      const { x, side } = column[0]!;
      const edge = i === 0 ? x - side / 2 : last ? x + side / 2 : x;
      context.fillText(i === 0 ? "inputs" : last ? "score" : String(i), edge, 2);
    });
  }

  /** Paint all units side by side, once for each change. */
  private prepare(field: Field, key: string, colors: Colors, theme: Theme): void {
    if (this.drawnFor === key + theme.name) return;
    this.drawnFor = key + theme.name;
    const { small, units } = field;
    this.atlas.width = small * units.length;
    this.atlas.height = small;
    const context = this.atlas.getContext("2d")!;
    const image = context.createImageData(this.atlas.width, small);
    units.forEach((values, k) => {
      let most = 0;
      for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
      const unit = k === units.length - 1 ? 4 : most || 1; // a score of 4 is sure enough
      tint(image.data, this.atlas.width, k * small, values, small, (value) => value / unit, colors);
    });
    context.putImageData(image, 0, 0);
  }

  private drawUnit(
    context: CanvasRenderingContext2D, { x, y, side }: Box, unit: number, small: number, theme: Theme,
  ): void {
    context.drawImage(
      this.atlas, unit * small, 0, small, small, x - side / 2, y - side / 2, side, side,
    );
    context.lineWidth = 1;
    context.strokeStyle = theme.muted;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }
}

function placed(sizes: number[], width: number, height: number): Box[][] {
  const most = Math.max(...sizes);
  const room = (height - TOP) / most;
  const between = (width - 8) / sizes.length;
  const side = Math.max(10, Math.min(LARGEST, room - 5, between * 0.62));
  const step = sizes.length > 1 ? (width - 4 - side) / (sizes.length - 1) : 0;
  return sizes.map((size, i) =>
    Array.from({ length: size }, (_, k) => ({
      x: 2 + side / 2 + i * step,
      y: TOP + (height - TOP) / 2 + (k - (size - 1) / 2) * Math.min(room, side * 1.9),
      side,
    })));
}

/** Draw each weight as wide as it is large, in the colour of the class that it speaks for. */
function drawWeights(
  context: CanvasRenderingContext2D, { sizes, params }: Run, columns: Box[][], { names }: Colors,
): void {
  let at = 0;
  for (let i = 0; i + 1 < sizes.length; i++) {
    for (const from of columns[i]!) {
      for (const to of columns[i + 1]!) {
        const weight = params[at++]!;
        const size = Math.abs(weight);
        if (!(size > 0)) continue;
        const [x, u] = [from.x + from.side / 2, to.x - to.side / 2];
        const middle = (x + u) / 2;
        context.beginPath();
        context.moveTo(x, from.y);
        context.bezierCurveTo(middle, from.y, middle, to.y, u, to.y);
        context.lineWidth = Math.min(7, 0.4 + 1.3 * size);
        context.globalAlpha = Math.min(1, 0.25 + 0.35 * size);
        context.strokeStyle = names[weight < 0 ? 0 : 1];
        context.stroke();
      }
    }
    at += sizes[i + 1]!;
  }
  context.globalAlpha = 1;
}
