// The script of pages with a graph: it defines <gd-graph>.

import { GdGraph } from "./graph/element";

customElements.define("gd-graph", GdGraph);
