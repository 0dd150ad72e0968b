/** /tasks: the list of all tasks, live. */
import { connectionSign } from "./connection-sign.js";
import { localiseTimes, pageData, parts } from "./dom.js";
import { allTasksFeed } from "./feed.js";
import { TaskRows } from "./task-rows.js";

const { tasks } = pageData("page-data");
const feed = allTasksFeed();
new TaskRows(document.getElementById("tasks"), tasks, 50).follow(feed);
setInterval(connectionSign(parts(document.querySelector("main")).connection, feed), 1000);
localiseTimes();
feed.start();
