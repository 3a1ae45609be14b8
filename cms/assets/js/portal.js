// Entry point of the portal's scripts. Every page works without them.
import { setUpAlerts } from "./alerts.js";
import { setUpMenu } from "./menu.js";
import { setUpPlaceMemory } from "./place-memory.js";
import { countView } from "./view-count.js";

setUpMenu();
setUpPlaceMemory();
setUpAlerts();
countView();
