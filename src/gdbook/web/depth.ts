// Runs before the page is painted, so that nothing is seen to fold.

import { chosenDepth, showDepth } from "./choice";

showDepth(chosenDepth());
