// The script of pages with demos: it defines <gd-demo>.

import { GdDemo } from "./demo/element";

customElements.define("gd-demo", GdDemo);
