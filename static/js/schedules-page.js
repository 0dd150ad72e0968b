/** /schedules: local times, and the time zone of this browser to begin with. */
import { localiseTimes } from "./dom.js";

localiseTimes();
const timezone = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-own-timezone]"));
if (timezone) timezone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || timezone.value;
