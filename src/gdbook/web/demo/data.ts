// The data, and the line that the present parameters draw through it; points may be moved.

import { begin, drawAxes, fromPixels, round, toPixels, type Frame } from "./canvas";
import { make } from "./dom";
import { kernelOf, type Kernels, type Pair, type Points } from "./spec";
import type { Theme } from "./theme";
import type { Scene2D, Seen, View } from "./view";

const POINT = 6; // pixels
const REACH = 20;
const SAMPLES = 64; // places at which the model is drawn

export interface Edits {
  /** Move a point; `done` when it is let go. */
  move(index: number, place: Pair, done: boolean): void;
  add(place: Pair): void;
  remove(index: number): void;
}

export class DataView2D implements View {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  selected = -1;
  private frame: Frame;
  private points: Pair[] = [];

  constructor(
    private readonly kernels: Kernels, private readonly spec: Points, private readonly edits: Edits,
  ) {
    this.frame = { left: 0, top: 0, width: 1, height: 1, x: spec.window[0], y: spec.window[1] };
    if (spec.room !== null) this.listen();
  }

  /** What is drawn: the points there are, and which examples the next step looks at. */
  show(points: Pair[]): void {
    this.points = points;
  }

  draw(scene: Scene2D, theme: Theme): void {
    const context = begin(this.canvas);
    const { clientWidth, clientHeight } = this.canvas;
    const [x, y] = this.spec.window;
    this.frame = {
      left: 52, top: 10, width: clientWidth - 62, height: clientHeight - 50, x, y,
    };
    drawAxes(context, this.frame, this.spec.axes, theme);
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    context.strokeRect(this.frame.left, this.frame.top, this.frame.width, this.frame.height);
    context.save();
    context.beginPath();
    context.rect(this.frame.left, this.frame.top, this.frame.width, this.frame.height);
    context.clip();
    for (const seen of scene.walks) this.drawModel(context, seen, theme, scene.walks.length === 1);
    this.drawPoints(context, scene, theme);
    context.restore();
  }

  private predict(params: Pair, x: number): number {
    const output = new Float64Array(1);
    kernelOf(this.kernels, "model").kernel(Float64Array.from([...params, x]), output);
    return output[0]!;
  }

  private drawModel(
    context: CanvasRenderingContext2D, { walk, step, color }: Seen, theme: Theme, errors: boolean,
  ): void {
    const params = walk.places[step];
    if (params === undefined || !params.every(Number.isFinite)) return;
    if (errors) this.drawErrors(context, params, theme);
    const [low, high] = this.frame.x;
    context.beginPath();
    for (let k = 0; k <= SAMPLES; k++) {
      const x = low + ((high - low) * k) / SAMPLES;
      const [px, py] = toPixels(this.frame, [x, this.predict(params, x)]);
      context.lineTo(px, Math.min(Math.max(py, -1e5), 1e5));
    }
    context.strokeStyle = color;
    context.lineWidth = 2.5;
    context.stroke();
  }

  private drawErrors(context: CanvasRenderingContext2D, params: Pair, theme: Theme): void {
    context.strokeStyle = theme.bad;
    context.lineWidth = 1.3;
    for (const [x, y] of this.points) {
      context.beginPath();
      context.moveTo(...toPixels(this.frame, [x, y]));
      context.lineTo(...toPixels(this.frame, [x, this.predict(params, x)]));
      context.stroke();
    }
  }

  private drawPoints(context: CanvasRenderingContext2D, scene: Scene2D, theme: Theme): void {
    const looked = new Map<number, string>(); // examples of the last step, by their racer's colour
    for (const { walk, step, color } of scene.walks) {
      for (const i of walk.runner.order?.[step - 1] ?? []) looked.set(i, color);
    }
    this.points.forEach((place, i) => {
      const [x, y] = toPixels(this.frame, place);
      context.beginPath();
      context.arc(x, y, looked.has(i) ? POINT + 1.5 : POINT, 0, 2 * Math.PI);
      context.fillStyle = looked.get(i) ?? theme.text;
      context.fill();
      context.strokeStyle = i === this.selected ? theme.accent : theme.background;
      context.lineWidth = i === this.selected ? 3.5 : 1.5;
      context.stroke();
    });
  }

  private listen(): void {
    let pressed = false; // with the main button, and here
    let held = -1;
    let grip: Pair = [0, 0]; // pixels from where a point is held to its middle
    this.canvas.addEventListener("pointerdown", (event) => {
      pressed = event.button === 0;
      if (!pressed) return;
      const at = this.pixels(event);
      held = this.nearest(at);
      const [x, y] = held < 0 ? at : toPixels(this.frame, this.points[held]!);
      grip = [x - at[0], y - at[1]];
      this.selected = held;
      if (held >= 0) this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (held >= 0) this.edits.move(held, this.place(event, grip), false);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (held >= 0) this.edits.move(held, this.place(event, grip), true);
      else if (pressed) this.edits.add(this.place(event, grip));
      pressed = false;
      held = -1;
    });
    this.canvas.addEventListener("pointercancel", () => {
      pressed = false;
      held = -1;
    });
    this.canvas.addEventListener("dblclick", (event) => {
      const found = this.nearest(this.pixels(event));
      if (found >= 0) this.edits.remove(found);
    });
    this.canvas.addEventListener("touchmove", (event) => {
      if (held >= 0) event.preventDefault();
    }, { passive: false });
  }

  private pixels(event: MouseEvent): Pair {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private place(event: MouseEvent, [right, down]: Pair): Pair {
    const [px, py] = this.pixels(event);
    const [x, y] = fromPixels(this.frame, [px + right, py + down]);
    return [round(x, this.frame.x), round(y, this.frame.y)];
  }

  private nearest([px, py]: Pair): number {
    const distances = this.points.map((place) => {
      const [x, y] = toPixels(this.frame, place);
      return Math.hypot(x - px, y - py);
    });
    const best = distances.indexOf(Math.min(...distances));
    return distances[best]! < REACH ? best : -1;
  }
}
