// What a demo computes in its present state, apart from how it is drawn: walks, ground, facts.

import type { Picture } from "./basins";
import type { Moment } from "./narrate";
import type { Kernels, Pair, Runner, Scene, Spec, State } from "./spec";
import { sample, type Terrain } from "./terrain";
import type { Theme } from "./theme";
import type { Scene2D } from "./view";
import { factsAt, settingOf, solutionOf, Walk, type Facts } from "./walk";

const SAMPLES = 101; // places of the terrain along each parameter
const BY_MEMORY = ["gd.optimizers.momentum", "gd.optimizers.nesterov"];

export class Course {
  walks = new Map<string, Walk>();
  private state!: State;
  private terrain: { key: string; value: Terrain } | null = null;
  private minima: Pair[] = [];

  constructor(
    private readonly kernels: Kernels, private readonly spec: Spec,
    /** Says where a state takes place. */
    readonly place: (state: State) => Scene = ({ scene }) => spec.scenes[scene]!,
  ) {}

  /** Begin all walks anew: something changed that decides where they go. */
  restart(state: State): void {
    const { kernels, spec } = this;
    const runners = spec.runners.filter(({ name }) => state.running.includes(name));
    this.state = state;
    this.walks = new Map(runners.map((runner) =>
      [runner.name, new Walk(kernels, spec, state.scene, runner, state)]));
    const solution = solutionOf(kernels, spec, state);
    this.minima = solution === null ? this.place(state).minima : [solution];
  }

  /** Walk as far as the state says. */
  reach(state: State): void {
    this.state = state;
    for (const walk of this.walks.values()) walk.reach(state.step);
  }

  /** Who walks; of several, the first. */
  get first(): Runner | undefined {
    return [...this.walks.values()][0]?.runner;
  }

  /** Where playing ends: at the last step, or once nobody is left. */
  get lastStep(): number {
    const ends = [...this.walks.values()].map(({ divergedAt }) => divergedAt);
    const allLost = ends.length > 0 && ends.every((end) => end >= 0);
    return allLost ? Math.min(this.spec.steps, Math.max(...ends)) : this.spec.steps;
  }

  /** What the views are handed. */
  scene(theme: Theme, basins: Picture | null = null): Scene2D {
    const { spec, state, minima } = this;
    const walks = [...this.walks.values()].map((walk) => ({
      walk, step: state.step, color: walk.runner.color[theme.name],
    }));
    return {
      terrain: this.ground(), axes: spec.axes, start: state.start, minima, walks,
      step: state.step, steps: spec.steps, panels: spec.panels,
      floor: this.place(state).floor, basins,
    };
  }

  /** What there is to tell of each walk. */
  moments(): Moment[] {
    const { state, minima } = this;
    const { step } = state;
    return [...this.walks.values()].map((walk) => ({
      walk, step, rate: settingOf(state, walk.runner, "learning_rate"), here: this.facts(walk, step),
      exact: this.isPlain(walk.runner), before: step > 0 ? this.facts(walk, step - 1) : null,
      scene: this.place(state), minima,
    }));
  }

  /** Say whether a racer's rule is plain gradient descent, as one that remembers nothing is, too. */
  private isPlain({ exact, batch, settings, python }: Runner): boolean {
    const remembers = BY_MEMORY.includes(python.rule) && settings.includes("momentum");
    return exact || (batch === null && remembers && this.state.settings["momentum"] === 0);
  }

  /** Which learning rate each walk has. */
  rates(): Map<string, number> {
    return new Map([...this.walks].map(([name, { runner }]) =>
      [name, settingOf(this.state, runner, "learning_rate")]));
  }

  /** What the ground allows where a moment is, if its racer's rule says it all. */
  limits([moment, ...others]: Moment[]): [number, string][] | null {
    if (moment === undefined || others.length > 0 || !moment.walk.runner.exact) return null;
    const { steepest } = moment.here;
    return steepest > 0 ? [[1 / steepest, "1/L"], [2 / steepest, "2/L"]] : [];
  }

  private facts(walk: Walk, step: number): Facts {
    return factsAt(this.kernels, this.spec, this.state, walk.places[step]!);
  }

  private ground(): Terrain {
    const { scene, points, expression, domain } = this.state;
    const key = JSON.stringify([scene, points, expression, domain]);
    if (this.terrain?.key !== key) {
      const place = this.place(this.state);
      this.terrain = { key, value: sample(this.kernels, this.spec, this.state, place, SAMPLES) };
    }
    return this.terrain.value;
  }
}
