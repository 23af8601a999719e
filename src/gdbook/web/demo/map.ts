// The terrain from above: colours, isolines, minima, paths; a click or a drag moves the start.

import { letter, toneOf, type Picture } from "./basins";
import { begin, drawAxes, drawMark, fromPixels, round, toPixels, type Frame } from "./canvas";
import { make } from "./dom";
import type { Scene2D, Seen, View } from "./view";
import type { Pair } from "./spec";
import { colorAt, isolines, type Terrain } from "./terrain";
import type { Theme } from "./theme";

const BALL = 7; // pixels
const REACH = 26; // how near to the start a finger must come down to take hold of it

/** The ground as it lies in a panel, and which basins it shows. */
interface Floor {
  floor: HTMLCanvasElement;
  shows: string;
}

export class MapView implements View {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  private frames: Frame[] = []; // one, or a panel for each racer
  private ground: HTMLCanvasElement | null = null;
  private lines: HTMLCanvasElement | null = null; // of equal height, on any ground
  private drawnFor: { terrain: Terrain; theme: string } | null = null;
  private readonly basins = document.createElement("canvas");
  private paintedFor = "";
  private floors = new Map<string, Floor>(); // of panels of each size

  constructor(moveStart: (place: Pair, done: boolean) => void) {
    let pressed = false; // with the main button, and here
    let holding = false;
    const pixel = (event: PointerEvent): Pair => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const place = (event: PointerEvent): Pair => {
      const at = pixel(event);
      const frame = this.frameAt(at);
      return inside(frame, fromPixels(frame, at));
    };
    const near = (event: PointerEvent): boolean => {
      const [u, v] = pixel(event);
      const [x, y] = toPixels(this.frameAt([u, v]), this.start);
      return Math.hypot(u - x, v - y) < REACH;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      pressed = event.button === 0;
      if (!pressed) return;
      holding = event.pointerType !== "touch" || near(event);
      if (holding) this.canvas.setPointerCapture(event.pointerId);
      if (holding) moveStart(place(event), false);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (holding) moveStart(place(event), false);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      // A tap puts the start there; a finger that moves on scrolls the page instead.
      if (pressed) moveStart(place(event), true);
      pressed = holding = false;
    });
    this.canvas.addEventListener("pointercancel", () => (pressed = holding = false));
    // Only a finger that took hold of the start may keep the page from scrolling.
    this.canvas.addEventListener("touchmove", (event) => {
      if (holding) event.preventDefault();
    }, { passive: false });
  }

  private start: Pair = [0, 0];

  /** Return the panel that a pixel is in or nearest to. */
  private frameAt([x]: Pair): Frame {
    const beside = ({ left, width }: Frame): number => Math.abs(x - left - width / 2);
    return this.frames.reduce((best, frame) => (beside(frame) < beside(best) ? frame : best));
  }

  draw(scene: Scene2D, theme: Theme): void {
    const context = begin(this.canvas);
    this.start = scene.start;
    this.prepare(scene.terrain, theme);
    const panels = scene.panels ? scene.walks.map((seen) => [seen]) : [scene.walks];
    const { clientWidth, clientHeight } = this.canvas;
    const wide = clientWidth / panels.length;
    this.frames = panels.map((walks, i) => {
      const frame = frameOf(scene, wide, clientHeight, i);
      this.drawPanel(context, frame, { ...scene, walks }, theme, i === 0);
      return frame;
    });
  }

  private drawPanel(
    context: CanvasRenderingContext2D, frame: Frame, scene: Scene2D, theme: Theme, first: boolean,
  ): void {
    const floor = this.floor(scene.basins, frame, context.getTransform().a, theme);
    context.drawImage(floor, frame.left, frame.top, frame.width, frame.height);
    drawAxes(context, frame, first ? scene.axes : [scene.axes[0], ""], theme, undefined,
      first ? undefined : []);
    if (scene.panels) {
      const { name } = scene.walks[0]!.walk.runner;
      context.fillStyle = scene.walks[0]!.color;
      context.textAlign = "left";
      context.textBaseline = "bottom";
      context.fillText(name, frame.left, frame.top - 3);
    }
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    scene.minima.forEach((minimum, i) => {
      drawMinimum(context, toPixels(frame, minimum), theme);
      if (scene.basins) drawLetter(context, letter(i), toPixels(frame, minimum), theme);
    });
    for (const seen of scene.walks) this.drawPath(context, frame, seen, theme);
    drawMark(context, "o", toPixels(frame, scene.start), BALL - 1, theme.background, theme.text);
    for (const seen of scene.walks) drawBall(context, frame, seen, theme);
    context.restore();
  }

  /** Paint the ground once for a terrain, a theme and a size. */
  private prepare(terrain: Terrain, theme: Theme): void {
    const same = this.drawnFor?.terrain === terrain && this.drawnFor.theme === theme.name;
    if (same && this.ground !== null) return;
    const size = terrain.n * 4;
    this.ground = square(size);
    const context = this.ground.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    context.drawImage(raster(terrain, theme), 0, 0, size, size);
    this.lines = square(size);
    drawLines(this.lines, terrain, theme);
    this.floors.clear();
    this.drawnFor = { terrain, theme: theme.name };
  }

  /** Paint the basins once for a picture and a theme. */
  private paint(picture: Picture, theme: Theme): HTMLCanvasElement {
    const wanted = `${picture.version} ${theme.name}`;
    if (this.paintedFor !== wanted) paintBasins(this.basins, picture, theme);
    this.paintedFor = wanted;
    return this.basins;
  }

  /** Fit the ground to a panel, pixel by pixel: then a picture only has to copy it. */
  private floor(basins: Picture | null, frame: Frame, ratio: number, theme: Theme): HTMLCanvasElement {
    const ground = basins === null ? this.ground! : this.paint(basins, theme);
    const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
    const wanted = basins === null ? "" : this.paintedFor;
    const kept = this.floors.get(`${width} ${height}`);
    if (kept?.shows === wanted) return kept.floor;
    const floor = kept?.floor ?? document.createElement("canvas");
    [floor.width, floor.height] = [width, height];
    const context = floor.getContext("2d")!;
    context.imageSmoothingEnabled = basins === null; // a tile is what one walk says
    context.drawImage(ground, 0, 0, width, height);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.lines!, 0, 0, width, height);
    if (this.floors.size > 8) this.floors.clear(); // of sizes that are no more
    this.floors.set(`${width} ${height}`, { floor, shows: wanted });
    return floor;
  }

  private drawPath(
    context: CanvasRenderingContext2D, frame: Frame, { walk, step, color }: Seen, theme: Theme,
  ): void {
    const places = walk.places.slice(0, step + 1).filter((place) => place.every(Number.isFinite));
    const pixels = places.map((place) => near(toPixels(frame, place)));
    context.beginPath();
    for (const [x, y] of pixels) context.lineTo(x, y);
    context.lineJoin = "round";
    for (const [width, style] of [[4.5, theme.background], [2.2, color]] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.stroke();
    }
    if (pixels.length > 200) return;
    context.fillStyle = color;
    for (const [x, y] of pixels) {
      context.beginPath();
      context.arc(x, y, 2.8, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

/** Place one of the panels; only the first has room for the names of heights beside it. */
function frameOf(scene: Scene2D, wide: number, height: number, i: number): Frame {
  const [x, y] = scene.terrain.domain;
  const left = i === 0 ? 46 : 14;
  const top = scene.panels ? 22 : 10;
  return { left: i * wide + left, top, width: wide - left - 10, height: height - top - 40, x, y };
}

function drawBall(
  context: CanvasRenderingContext2D, frame: Frame, { walk, step, color }: Seen, theme: Theme,
): void {
  const place = walk.places[step];
  if (place === undefined || !place.every(Number.isFinite)) return;
  drawMark(context, walk.runner.marker, near(toPixels(frame, place)), BALL, color, theme.background);
}

/** Keep far-off places where a canvas can still draw lines to. */
function near([x, y]: Pair): Pair {
  const limit = (value: number): number => Math.min(Math.max(value, -1e5), 1e5);
  return [limit(x), limit(y)];
}

function inside({ x, y }: Frame, [u, v]: Pair): Pair {
  return [round(u, x), round(v, y)];
}

function drawMinimum(context: CanvasRenderingContext2D, [x, y]: Pair, theme: Theme): void {
  for (const [width, color] of [[5, theme.background], [2, theme.text]] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x - 7, y);
    context.lineTo(x + 7, y);
    context.moveTo(x, y - 7);
    context.lineTo(x, y + 7);
    context.stroke();
  }
}

/** Draw the name of a minimum beside it. */
function drawLetter(
  context: CanvasRenderingContext2D, name: string, [x, y]: Pair, theme: Theme,
): void {
  context.font = `600 14px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = theme.background;
  context.fillStyle = theme.text;
  context.strokeText(name, x + 6, y - 3);
  context.fillText(name, x + 6, y - 3);
}

function square(size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  return canvas;
}

function drawLines(canvas: HTMLCanvasElement, terrain: Terrain, theme: Theme): void {
  const context = canvas.getContext("2d")!;
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.28;
  context.lineWidth = 1.1;
  const lines = isolines(terrain);
  const size = canvas.width / (terrain.n - 1);
  context.beginPath();
  for (let k = 0; k < lines.length; k += 4) {
    context.moveTo(lines[k]! * size, canvas.height - lines[k + 1]! * size);
    context.lineTo(lines[k + 2]! * size, canvas.height - lines[k + 3]! * size);
  }
  context.stroke();
}

function paintBasins(
  canvas: HTMLCanvasElement, { n, home, since, steps, palest }: Picture, theme: Theme,
): void {
  if (canvas.width !== n) canvas.width = canvas.height = n;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(n, n);
  const tones = new Map<number, readonly number[]>(); // few differ
  for (let k = 0; k < n * n; k++) {
    const at = (n - 1 - Math.floor(k / n)) * n + (k % n);
    const kind = (home[at]! + 2) * 65536 + since[at]!;
    let tone = tones.get(kind);
    if (tone === undefined) {
      const lost = palest * Math.min(1, (2 * since[at]!) / steps); // as in the book's figures
      tone = [...toneOf(theme, home[at]!, lost), 255];
      tones.set(kind, tone);
    }
    image.data.set(tone, 4 * k);
  }
  context.putImageData(image, 0, 0);
}

function raster({ n, height }: Terrain, theme: Theme): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = n;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const here = height[(n - 1 - i) * n + j]!;
      if (Number.isNaN(here)) continue; // no ground: the page shows through
      image.data.set([...colorAt(theme.terrain, here), 255], 4 * (i * n + j));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
