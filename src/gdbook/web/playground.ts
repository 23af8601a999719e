// The script of pages with a playground: it defines <gd-playground>.

import { GdPlayground } from "./playground/element";

customElements.define("gd-playground", GdPlayground);
