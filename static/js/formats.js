/** How times and sizes are written. videogen/web/labels.py writes them alike in what the server draws; a test holds both together. */

/** Seconds as 0.4 s, 12 s, 1 min 12 s, 2 h 05 min. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Seconds as on a player: 0:07, 1:12, 1:02:03. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** Seconds that are left: whole ones, a minute or more as `duration` does. @param {number} seconds */
export const countdown = (seconds) => (seconds > 60 ? duration(Math.ceil(seconds)) : `${Math.ceil(seconds)} s`);

/** The estimate of what is left, no more exact than it can be known. @param {number} seconds */
export function remaining(seconds) {
  if (seconds < 5) return "a few seconds left";
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 3600) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${(seconds / 3600).toFixed(1)} h left`;
}

/** Bytes as 512 B, 1.5 kB, 12 MB. @param {number} count */
export function size(count) {
  if (count < 1000) return `${count} B`;
  for (const unit of ["kB", "MB", "GB"]) {
    count /= 1000;
    if (count < 999.5) return `${count < 9.95 ? count.toFixed(1) : Math.round(count)} ${unit}`;
  }
  return `${Math.round(count / 1000)} TB`;
}

/** A fraction as 52 %; never 100 % before it is 1. @param {number} fraction */
export const percent = (fraction) => `${Math.floor(fraction * 100)} %`;

/** Seconds from one moment to a later one, never less than 0: the server's clock may have been set back in between. @param {string} start @param {string} end */
export const secondsBetween = (start, end) => Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);

/** @param {number} n */
const pad = (n) => String(n).padStart(2, "0");
