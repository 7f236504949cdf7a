// The page of a call: saves each answer as it is given, shows what another window gave, and leaves nothing behind.
import { Queue } from "./interview-queue.js";
import { ask, around, dispute, elsewhere, fault, known, left, read, take, untangle } from "./interview-fields.js";

const form = document.getElementById("section");
const saved = document.getElementById("saved");
const windows = "BroadcastChannel" in window ? new BroadcastChannel(`call ${form.dataset.autosave}`) : null;
// Typing is saved in each pause of a third of a second, and every second while it goes on.
const PAUSE = 300;
const AT_MOST = 1000;
const PATIENCE = 20000;
const LATELY = 5000;
const SMALL = 60000; // a browser finishes a request this small even when its page is gone
let last = Number(form.dataset.last);
let reachedAt = Date.now();
let savedAt = "";

const seen = () => ({ page: form.elements.page.value, who: form.dataset.who, section: form.dataset.section, since: last });

async function fetched(address, content, patience) {
  const body = JSON.stringify(content);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  const signal = patience ? AbortSignal.timeout(patience) : undefined;
  const reply = await fetch(address, { method: "POST", headers, body, signal, keepalive: body.length < SMALL });
  reachedAt = Date.now();
  return reply;
}

// What became of a batch. Ended or veiled: session.js covers the page, and says when it is back.
async function post(changes) {
  const reply = await fetched(form.dataset.autosave, { ...seen(), changes }, PATIENCE);
  if (reply.status >= 500) return { again: true };
  if (reply.ok && !reply.redirected) return { ok: await reply.json() };
  if (!reply.redirected && [403, 404, 409, 422].includes(reply.status)) {
    const said = await reply.json().catch(() => ({}));
    if (!said.veiled) return { refused: said.message || "reload the page, and look at what is saved" };
  }
  document.dispatchEvent(new Event("tracer:ended"));
  return { hold: true };
}

const several = (size) => (size === 1 ? "1 answer waits" : `${size} answers wait`);

let saying;
function tell({ size, busy, failing, stopped, hold }) {
  clearTimeout(saying);
  saved.dataset.state = stopped ? "stopped" : failing ? "failing" : size ? "saving" : "saved";
  if (stopped) say(`Not saved: ${stopped}`, true);
  else if (hold) say(`Not saved yet, ${several(size)}`, true);
  else if (failing) say(`Not saved: retrying, ${several(size)}`, true);
  else if (size) saying = setTimeout(() => say(busy ? "Saving…" : "Not saved yet", false), 700);
  else if (savedAt) say(`Saved ${savedAt}`, false);
}

function say(words, bad) {
  if (saved.textContent === words) return;
  saved.textContent = words;
  saved.classList.toggle("call__saved--not", bad);
}

function heard(reply, sent = new Map()) {
  const hidden = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  last = Math.max(last, reply.last || 0);
  savedAt = reply.saved_at || savedAt;
  for (const [key, field] of Object.entries(reply.fields || {})) {
    take(key, field, { waits: queue.has(key), given: sent.get(key) });
  }
  for (const room of document.querySelectorAll("[data-dispute]")) {
    const key = around(room).dataset.key;
    dispute(key, (reply.disputes || {})[key] || "");
  }
  for (const [key, relevant] of Object.entries(reply.relevant || {})) {
    const place = hidden(key);
    if (place) place.hidden = !relevant;
  }
  for (const [key, words] of Object.entries(reply.texts || {})) {
    const place = document.querySelector(`[data-key="${CSS.escape(key)}"] [data-words]`);
    if (place && !place.querySelector("strong")) place.textContent = words;
    const own = place && place.parentElement.querySelector("[data-own]");
    if (own && !own.querySelector("strong")) own.textContent = reply.own[key];
  }
  for (const [key, words] of Object.entries({ ...reply.faults, ...reply.refused })) fault(key, words);
  for (const [name, state] of Object.entries(reply.steps || {})) step(name, state);
  for (const [name, numbers] of Object.entries(reply.lists || {})) list(name, numbers);
  if (reply.days !== undefined) for (const room of document.querySelectorAll("[data-days]")) room.innerHTML = reply.days;
  const left = document.querySelector("[data-left]");
  if (left && "left" in reply) left.textContent = reply.left ? `${reply.left} to answer` : "";
  if (sent.size && windows) windows.postMessage("written");
}

// Somebody was put on a list, or taken off it, in another window: shown without moving what is here.
function list(name, numbers) {
  const room = document.querySelector(`.many[data-key="${CSS.escape(name)}"]`);
  if (!room) return;
  const here = [...room.querySelectorAll("[data-instance]")];
  for (const one of here) {
    const gone = !numbers.includes(Number(one.dataset.instance));
    if (gone !== one.hidden) one.hidden = one.disabled = gone;
    const note = room.querySelector(`[data-gone="${one.dataset.instance}"]`);
    if (gone && !note) one.before(absent(name, one));
    if (!gone && note) note.remove();
  }
  const missing = numbers.filter((number) => !here.some((one) => Number(one.dataset.instance) === number));
  if (missing.length) graft(name, missing);
}

function absent(name, one) {
  const note = document.createElement("div");
  note.className = "do";
  note.dataset.gone = one.dataset.instance;
  const words = document.createElement("p");
  words.textContent = `${one.querySelector("legend").textContent} was taken off the list in another window. `;
  const back = document.createElement("button");
  Object.assign(back, { type: "submit", name: "do", className: "as-link", textContent: "Put back" });
  back.value = `restore:${name}/${one.dataset.instance}`;
  words.append(back);
  note.append(words);
  return note;
}

async function graft(name, missing) {
  const reply = await fetch(window.location.pathname).catch(() => null);
  if (!reply || !reply.ok || reply.redirected) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const room = document.querySelector(`.many[data-key="${CSS.escape(name)}"]`);
  const there = page.querySelector(`.many[data-key="${CSS.escape(name)}"]`);
  if (!there) return;
  for (const number of missing) {
    const one = there.querySelector(`[data-instance="${number}"]`);
    if (one && !room.querySelector(`[data-instance="${number}"]`)) room.querySelector("[data-add]").before(document.importNode(one, true));
  }
  room.querySelector("[data-add]").replaceWith(document.importNode(there.querySelector("[data-add]"), true));
}

function step(name, state) {
  const line = document.querySelector(`[data-step="${CSS.escape(name)}"]`);
  if (!line || line.dataset.state === state) return;
  line.dataset.state = state;
  line.querySelector(".steps__state").textContent = state === "not started" ? "" : state;
}

const queue = new Queue({ post, known, heard, tell });

let pausing;
let since = 0;
document.addEventListener("input", (event) => {
  const place = around(event.target);
  if (!place) return;
  const key = place.dataset.key;
  if (event.target.name === `${key}:pick`) {
    const [pick, at] = event.target.value.split("/").map(Number);
    queue.give(key, { pick, known: at });
  } else {
    untangle(event.target, place);
    elsewhere(place, false);
    queue.give(key, { value: read(place) });
  }
  clearTimeout(pausing);
  const typing = event.target.matches("input:not([type=radio], [type=checkbox]), textarea");
  since = since || Date.now();
  if (typing && Date.now() - since < AT_MOST) pausing = setTimeout(go, PAUSE);
  else go();
});

function go() {
  since = 0;
  clearTimeout(pausing);
  // While the line is broken the queue has its own time to try again.
  if (!queue.delay) queue.send();
}

document.addEventListener("focusout", (event) => {
  const place = around(event.target);
  if (!place) return;
  go();
  left(place, queue.has(place.dataset.key));
});
document.addEventListener("tracer:back", () => { queue.wake(); look(); });
window.addEventListener("online", () => queue.wake());
document.addEventListener("visibilitychange", () => { if (document.hidden) go(); else { queue.wake(); look(); } });
window.addEventListener("pagehide", () => {
  const changes = queue.last();
  if (changes.length) fetched(form.dataset.autosave, { ...seen(), changes }).catch(() => {});
});
let leaving = false;
window.addEventListener("beforeunload", (event) => {
  if (!queue.size || leaving) return;
  go();
  event.preventDefault();
});

// What another window has written; and while this page is open the call goes on, and the sign-in does not idle.
let looking;
async function look() {
  clearTimeout(looking);
  looking = setTimeout(look, 20000);
  try {
    const reply = await fetched(form.dataset.calling, seen(), PATIENCE);
    if (reply.ok && !reply.redirected) heard(await reply.json());
    return true;
  } catch {
    return false;
  }
}
// What a page sent as it was loaded again may have come after the new one was made.
const [came] = performance.getEntriesByType("navigation");
looking = setTimeout(look, came && came.type !== "navigate" ? 1000 : 20000);
let hinted;
if (windows) {
  windows.addEventListener("message", () => { clearTimeout(hinted); hinted = setTimeout(look, 150); });
  windows.postMessage("written"); // a form may have brought us here
}

// Going on: first everything is saved. Without a line the page stays, with what was typed in it.
let going = 0;
async function once(then) {
  going += 1;
  const mine = going;
  const done = await queue.settled(10000);
  const there = done && (Date.now() - reachedAt < LATELY || await look());
  if (mine !== going) return;
  if (there) setTimeout(then); // not while the event is still being told: a browser ignores a second submit then
  else say(done ? "No connection: stay on this page" : `Not saved: stay on this page, ${several(queue.size)}`, true);
}

let free = false;
form.addEventListener("submit", (event) => {
  if (free) return;
  event.preventDefault();
  once(() => {
    free = true;
    form.requestSubmit(event.submitter);
    free = false;
  });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plainly = link && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!plainly || link.target || link.getAttribute("href").startsWith("#") ) return;
  event.preventDefault();
  once(() => window.location.assign(link.href));
});
