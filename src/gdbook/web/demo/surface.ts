// The terrain in three dimensions. This file and three.js are fetched only when first needed.

import {
  BufferAttribute, BufferGeometry, Color, DirectionalLight, Group, HemisphereLight, LineBasicMaterial,
  LineSegments, MathUtils, Mesh, MeshBasicMaterial, MeshLambertMaterial, MeshStandardMaterial,
  PerspectiveCamera, PlaneGeometry, Raycaster, Scene, SphereGeometry, SRGBColorSpace, Vector2, Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { Line2 } from "three/examples/jsm/lines/Line2.js";
import { LineGeometry } from "three/examples/jsm/lines/LineGeometry.js";
import { LineMaterial } from "three/examples/jsm/lines/LineMaterial.js";

import { round } from "./canvas";
import { make } from "./dom";
import type { Pair } from "./spec";
import { colorAt, type Terrain } from "./terrain";
import { sayTick, type Theme } from "./theme";
import type { Scene2D, Seen, View } from "./view";

const HEIGHT = 1.05; // of the highest loss, where the window is 2 wide
const BALL = 0.05;
const LIFT = 0.012; // of paths above the ground, so that it does not swallow them
const DISTANCE = 5.1;
const CLICK = 6; // pixels that a finger may slip in a click

export type Camera = [number, number, number];

export class SurfaceView implements View {
  readonly canvas = make("canvas", { class: "gd-demo-canvas" });
  readonly labels = make("div", { class: "gd-demo-labels", "aria-hidden": "true" });
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(34, 4 / 3, 0.1, 50);
  private readonly controls: OrbitControls;
  private readonly moving = new Group();
  private ground: Mesh<PlaneGeometry, MeshLambertMaterial> | null = null;
  private frame: LineSegments | null = null;
  private drawnFor: { terrain: Terrain; theme: string } | null = null;
  private last: { scene: Scene2D; theme: Theme } | null = null;

  constructor(
    moveStart: (place: Pair, done: boolean) => void, turned: (camera: Camera) => void,
  ) {
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, alpha: true });
    this.renderer.outputColorSpace = SRGBColorSpace;
    const sun = new DirectionalLight(0xffffff, 1.5);
    sun.position.set(-2, 3.4, 1.2);
    this.scene.add(new HemisphereLight(0xffffff, 0xd8d8d8, 2.1), sun, this.moving);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.enablePan = false;
    this.controls.enableZoom = false; // the wheel scrolls the page until the view is chosen
    this.controls.maxPolarAngle = MathUtils.degToRad(88);
    this.controls.minDistance = DISTANCE / 4;
    this.controls.maxDistance = DISTANCE / 0.4;
    this.controls.target.set(0, 0.3, 0);
    this.canvas.style.touchAction = "pan-y"; // a finger moving up or down scrolls the page
    this.canvas.addEventListener("focus", () => (this.controls.enableZoom = true));
    this.canvas.addEventListener("blur", () => (this.controls.enableZoom = false));
    this.controls.addEventListener("change", () => this.render());
    this.canvas.addEventListener("webglcontextrestored", () => this.render());
    this.controls.addEventListener("end", () => turned(this.seenFrom()));
    this.listen(moveStart, turned);
  }

  draw(scene: Scene2D, theme: Theme): void {
    this.last = { scene, theme };
    this.prepare(scene, theme);
    this.clear();
    for (const minimum of scene.minima) this.addMinimum(minimum, scene.terrain, theme);
    this.addBall(scene.start, heightAt(scene.terrain, scene.start), theme.muted, 0.72);
    for (const seen of scene.walks) this.addWalk(seen, scene.terrain, theme);
    this.render();
  }

  /** Look from an azimuth and an elevation, in degrees, as the book's figures do. */
  look([azimuth, elevation, zoom]: Camera): void {
    const [a, e, r] = [MathUtils.degToRad(azimuth), MathUtils.degToRad(elevation), DISTANCE / zoom];
    const offset = new Vector3(
      r * Math.cos(e) * Math.cos(a), r * Math.sin(e), -r * Math.cos(e) * Math.sin(a),
    );
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
  }

  dispose(): void {
    this.controls.dispose();
    this.renderer.dispose();
  }

  private seenFrom(): Camera {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const r = offset.length();
    const round = (value: number): number => Math.round(value * 100) / 100;
    return [
      round(MathUtils.radToDeg(Math.atan2(-offset.z, offset.x))),
      round(MathUtils.radToDeg(Math.asin(offset.y / r))), round(DISTANCE / r),
    ];
  }

  private listen(
    moveStart: (place: Pair, done: boolean) => void, turned: (camera: Camera) => void,
  ): void {
    let down: Pair | null = null;
    let before: Camera = this.seenFrom();
    this.canvas.addEventListener("pointerdown", ({ button, clientX, clientY, isPrimary }) => {
      down = button === 0 && isPrimary ? [clientX, clientY] : null; // two fingers pinch, and no more
      if (isPrimary) before = this.seenFrom();
    });
    this.canvas.addEventListener("pointercancel", () => {
      down = null;
      turned(before); // the finger scrolls the page, and turned the view before that was known
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const from = down;
      down = null;
      if (from === null || this.ground === null || this.last === null) return;
      if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) > CLICK) return;
      const box = this.canvas.getBoundingClientRect();
      const at = new Vector2(
        ((event.clientX - box.left) / box.width) * 2 - 1,
        1 - ((event.clientY - box.top) / box.height) * 2,
      );
      const ray = new Raycaster();
      ray.setFromCamera(at, this.camera);
      const hit = ray.intersectObject(this.ground)[0];
      if (hit !== undefined) moveStart(this.fromWorld(hit.point), true);
    });
  }

  private fromWorld(point: Vector3): Pair {
    const [x, y] = this.last!.scene.terrain.domain;
    const at = ([low, high]: Pair, part: number): number => round(low + part * (high - low), [low, high]);
    return [at(x, (point.x + 1) / 2), at(y, (1 - point.z) / 2)];
  }

  private render(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0) return;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, this.camera);
    this.placeLabels(width, height);
  }

  /** Build the ground once for a terrain and a theme. */
  private prepare({ terrain }: Scene2D, theme: Theme): void {
    if (this.drawnFor?.terrain === terrain && this.drawnFor.theme === theme.name) return;
    for (const old of [this.ground, this.frame]) {
      if (old === null) continue;
      this.scene.remove(old);
      old.geometry.dispose();
    }
    const { n, height } = terrain;
    const geometry = new PlaneGeometry(2, 2, n - 1, n - 1).rotateX(-Math.PI / 2);
    const position = geometry.getAttribute("position") as BufferAttribute;
    const colors = new Float32Array(3 * n * n);
    const color = new Color();
    for (let k = 0; k < n * n; k++) {
      const row = n - 1 - Math.floor(k / n); // the plane's rows run from the far side
      const h = height[row * n + (k % n)]! || 0; // where there is no ground, it ends
      position.setY(k, HEIGHT * Math.min(h, 1.2));
      const [r, g, b] = colorAt(theme.terrain, h);
      color.setRGB(r / 255, g / 255, b / 255, SRGBColorSpace).toArray(colors, 3 * k);
    }
    leaveOut(geometry, (k) => Number.isNaN(height[(n - 1 - Math.floor(k / n)) * n + (k % n)]));
    geometry.setAttribute("color", new BufferAttribute(colors, 3));
    geometry.computeVertexNormals();
    const material = new MeshLambertMaterial({ vertexColors: true, side: 2, polygonOffset: true,
      polygonOffsetFactor: 1, polygonOffsetUnits: 1 });
    this.ground = new Mesh(geometry, material);
    this.frame = frameOf(theme);
    this.scene.add(this.ground, this.frame);
    this.drawnFor = { terrain, theme: theme.name };
    this.writeLabels(terrain, theme);
  }

  private clear(): void {
    for (const child of [...this.moving.children]) {
      this.moving.remove(child);
      const { geometry, material } = child as Mesh;
      geometry.dispose();
      (material as MeshBasicMaterial).dispose();
    }
  }

  private addWalk({ walk, step, color }: Seen, terrain: Terrain, theme: Theme): void {
    const path: Vector3[] = [];
    for (let t = 0; t <= step; t++) {
      const place = walk.places[t];
      if (place === undefined || !isInside(terrain, place)) break;
      path.push(world(terrain, place, LIFT));
    }
    if (path.length > 1) this.addLine(path, color, theme);
    const place = walk.places[step];
    if (place !== undefined && isInside(terrain, place)) {
      this.addBall(place, heightAt(terrain, place), color, 1);
    }
  }

  private addLine(path: Vector3[], color: string, theme: Theme): void {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const flat = path.flatMap((point) => [point.x, point.y, point.z]);
    for (const [style, linewidth] of [[theme.background, 5], [color, 3]] as const) {
      const material = new LineMaterial({ color: new Color(style).getHex(), linewidth });
      material.depthWrite = false; // the outline must not hide the line
      material.resolution.set(width, height);
      const line = new Line2(new LineGeometry().setPositions(flat), material);
      line.renderOrder = linewidth === 3 ? 2 : 1;
      this.moving.add(line);
    }
  }

  private addBall([x, y]: Pair, height: number, color: string, size: number): void {
    const material = new MeshStandardMaterial({ color: new Color(color), roughness: 0.45 });
    const ball = new Mesh(new SphereGeometry(BALL * size, 24, 16), material);
    const terrain = this.last!.scene.terrain;
    ball.position.copy(world(terrain, [x, y], 0)).setY(HEIGHT * height + BALL * size * 0.8);
    this.moving.add(ball);
  }

  private addMinimum(place: Pair, terrain: Terrain, theme: Theme): void {
    if (!isInside(terrain, place)) return;
    const [width, depth] = terrain.domain.map(([low, high]) => 0.035 * (high - low)) as Pair;
    for (const [dx, dy] of [[width, 0], [0, depth]] as const) {
      // The arms follow the ground: level ones would be lost in the walls of a narrow valley.
      const arm = [-1, -0.5, 0, 0.5, 1].map((part): Pair => [place[0] + part * dx, place[1] + part * dy]);
      this.addLine(arm.map((point) => world(terrain, point, LIFT)), theme.text, theme);
    }
  }

  private writeLabels({ domain }: Terrain, theme: Theme): void {
    const axes = this.last!.scene.axes;
    const [[x0, x1], [y0, y1]] = domain;
    const texts = [sayTick(x0), axes[0], sayTick(x1), sayTick(y0), axes[1], sayTick(y1)];
    this.labels.replaceChildren(
      ...texts.map((text, i) => {
        const label = document.createElement("span");
        label.textContent = text;
        label.style.color = i % 3 === 1 ? theme.text : theme.muted;
        return label;
      }),
    );
  }

  /** Put each axis's name and ends beside the edge that is nearest to the eye. */
  private placeLabels(width: number, height: number): void {
    const { x, z } = this.camera.position;
    const [near, side] = [Math.sign(z) * 1.16 || 1.16, Math.sign(x) * 1.16 || 1.16];
    const places = [
      [-1, near], [0, near * 1.04], [1, near], [side, 1], [side * 1.04, 0], [side, -1],
    ] as const;
    [...this.labels.children].forEach((label, i) => {
      const [u, w] = places[i]!;
      const at = new Vector3(u, 0, w).project(this.camera);
      const left = ((at.x + 1) / 2) * width;
      const top = ((1 - at.y) / 2) * height;
      (label as HTMLElement).style.transform =
        `translate(${left}px, ${top}px) translate(-50%, -50%)`;
    });
  }
}

function world(terrain: Terrain, [x, y]: Pair, lift: number): Vector3 {
  const [[x0, x1], [y0, y1]] = terrain.domain;
  return new Vector3(
    ((x - x0) / (x1 - x0)) * 2 - 1, HEIGHT * heightAt(terrain, [x, y]) + lift,
    1 - ((y - y0) / (y1 - y0)) * 2,
  );
}

/** Return the height of the drawn ground, between the places that were sampled. */
function heightAt({ domain, n, height }: Terrain, [x, y]: Pair): number {
  const [[x0, x1], [y0, y1]] = domain;
  const u = Math.min(Math.max(((x - x0) / (x1 - x0)) * (n - 1), 0), n - 1.001);
  const v = Math.min(Math.max(((y - y0) / (y1 - y0)) * (n - 1), 0), n - 1.001);
  const [j, i] = [Math.floor(u), Math.floor(v)];
  const [p, q] = [u - j, v - i];
  const at = (row: number, column: number): number => height[row * n + column]!;
  const low = at(i, j) * (1 - p) + at(i, j + 1) * p;
  const high = at(i + 1, j) * (1 - p) + at(i + 1, j + 1) * p;
  return Math.min(low * (1 - q) + high * q || 0, 1.2);
}

/** Leave out the triangles of which a corner is not there. */
function leaveOut(geometry: BufferGeometry, missing: (corner: number) => boolean): void {
  const corners = [...geometry.getIndex()!.array];
  const kept: number[] = [];
  for (let k = 0; k < corners.length; k += 3) {
    const triangle = corners.slice(k, k + 3);
    if (!triangle.some(missing)) kept.push(...triangle);
  }
  if (kept.length < corners.length) geometry.setIndex(kept);
}

function isInside({ domain: [[x0, x1], [y0, y1]] }: Terrain, [x, y]: Pair): boolean {
  return x >= x0 && x <= x1 && y >= y0 && y <= y1;
}

function frameOf(theme: Theme): LineSegments {
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const;
  const flat: number[] = [];
  corners.forEach(([x, z], k) => {
    const [u, w] = corners[(k + 1) % 4]!;
    flat.push(x, 0, z, u, 0, w);
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(flat), 3));
  return new LineSegments(geometry, new LineBasicMaterial({ color: new Color(theme.muted) }));
}
