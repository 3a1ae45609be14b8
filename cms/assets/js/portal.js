// Entry point of the portal's scripts. Every page works without them.
import { setUpMenu } from "./menu.js";
import { setUpPlaceMemory } from "./place-memory.js";

setUpMenu();
setUpPlaceMemory();
