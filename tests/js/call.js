/** Calls functions of the pages' modules for a test in Python: {labels, calls: [[module, function, ...arguments]]} in, a list of answers out. */
import { readFileSync } from "node:fs";
import { standIn } from "./browser.js";

const { labels, calls } = JSON.parse(readFileSync(0, "utf-8"));
standIn(labels);
const answers = [];
for (const [module, name, ...values] of calls) {
  const exported = await import(`../../static/js/${module}.js`);
  answers.push(exported[name](...values) ?? null);
}
process.stdout.write(JSON.stringify(answers));
