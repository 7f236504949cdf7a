// What covers a page: the warning before a sign-in idles, signing in again in place, and the veil ("somebody is
// behind me"). The page stays underneath with what was typed in it. Nothing is kept on this computer.
import { able, answered, why } from "./passkeys.js";

const cover = document.getElementById("cover");
const warning = document.getElementById("idle-warning");
const form = cover.querySelector("form");
const error = document.getElementById("cover-error");
const WARNING = Number(cover.dataset.warning);
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("tracer") : null;
const title = document.title;
let mode = null; // "veil" or "ended" while the page is covered
let lowered = Promise.resolve();
let told = true; // the server knows of the veil: until it does, what it says lifts nothing
let round = 0; // an answer asked for before the page was covered, or before the server was told, comes too late
let timer;

const WORDS = {
  veil: ["The screen is hidden", "Your password, or a passkey, brings it back, with what you had typed.", "Show the screen"],
  ended: ["You are signed out", "Sign in again to go on here. What you typed is still on this page.", "Sign in"],
  other: ["Somebody else is signed in", "This page was opened by another person and stays hidden.", ""],
};

const token = () => document.querySelector("input[name=csrf_token]").value;
const tell = (what) => tabs && tabs.postMessage(what);

function post(address, fields) {
  const body = new URLSearchParams({ csrf_token: token(), ...fields });
  return fetch(address, { method: "POST", keepalive: true, headers: { "X-Part": "1" }, body });
}

function coverUp(how) {
  // Before anything else, and without the network: what is on the screen goes.
  document.documentElement.classList.add("covered");
  document.title = "Hidden - Tracer";
  if (mode === how) return;
  mode = how;
  round += 1;
  const [heading, words, go] = WORDS[how];
  document.getElementById("cover-title").textContent = heading;
  document.getElementById("cover-words").textContent = words;
  form.hidden = how === "other";
  form.querySelector("[data-go]").textContent = go;
  form.querySelector("[data-email]").hidden = how !== "ended";
  form.querySelector("[data-by-passkey]").hidden = how !== "veil" || !able;
  cover.querySelector("[data-elsewhere]").hidden = how === "veil";
  for (const part of cover.querySelectorAll("[data-out], [data-anew]")) part.hidden = how !== "veil";
  error.textContent = "";
  form.reset();
  if (warning.open) warning.close();
  if (!cover.open) cover.showModal();
  begin();
}

function begin() {
  const first = { ended: form.elements.email, veil: form.elements.password }[mode];
  (first || cover.querySelector("h2")).focus();
}

function uncover() {
  if (!mode) return;
  mode = null;
  form.reset();
  cover.close();
  document.documentElement.classList.remove("covered");
  document.title = title;
  document.dispatchEvent(new Event("tracer:back"));
}

function refresh(value) {
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = value;
}

// How long the sign-in lasts. Asking does not renew it.
async function ask() {
  const answer = await fetch(cover.dataset.session, { headers: { "Content-Type": "application/json" } });
  if (answer.status === 401 || answer.redirected) return { seconds: 0 };
  if (!answer.ok) throw new Error("try again");
  return answer.json();
}

async function look() {
  clearTimeout(timer);
  round += 1;
  const mine = round;
  let left;
  try {
    left = await ask();
  } catch {
    if (mine === round) timer = setTimeout(look, 15000);
    return;
  }
  if (mine === round) settle(left);
}

function settle(left) {
  clearTimeout(timer);
  if (left.seconds <= 0) {
    coverUp("ended");
  } else if (left.who !== cover.dataset.who) {
    coverUp("other");
  } else if (left.veiled) {
    coverUp("veil");
    told = true;
  } else if (mode === "veil" && !told) {
    timer = setTimeout(look, 15000);
  } else {
    refresh(left.csrf_token);
    uncover();
    if (left.seconds <= WARNING) warn(left.seconds);
    else {
      if (warning.open) warning.close();
      timer = setTimeout(look, (left.seconds - WARNING) * 1000);
    }
  }
}

function warn(seconds) {
  const minutes = Math.ceil(seconds / 60);
  warning.querySelector("[data-left]").textContent = minutes > 1 ? `${minutes} minutes` : "one minute";
  if (!warning.open) warning.showModal();
  timer = setTimeout(look, Math.min(seconds, 30) * 1000);
}

async function stay() {
  warning.close();
  try {
    const answer = await post(cover.dataset.session, {});
    if (!answer.ok || answer.redirected) throw new Error("ended");
    const left = await answer.json();
    tell("stayed");
    // After 12 hours there is no more to add: it was said once, and is not said again before the end.
    if (left.seconds <= WARNING) timer = setTimeout(look, left.seconds * 1000);
    else settle(left);
  } catch {
    look();
  }
}

function veil() {
  coverUp("veil");
  told = false;
}

function lower() {
  veil();
  tell("veil");
  lowered = send(0);
}

function known() {
  told = true;
  look();
}

async function send(tries) {
  try {
    const answer = await post(document.querySelector("form[data-veil]").action, { next: "/" });
    if (answer.status === 401 || answer.redirected) coverUp("ended");
    else if (answer.ok) {
      tell("veiled");
      known();
    }
  } catch {
    if (tries < 20) {
      await new Promise((done) => setTimeout(done, 1000));
      await send(tries + 1);
    }
  }
}

async function prove() {
  const password = form.elements.password.value;
  if (mode === "veil") {
    await lowered;
    return post(cover.dataset.lift, { password });
  }
  return post(cover.dataset.signIn, { email: form.elements.email.value, password, here: "1" });
}

async function shown(proof) {
  error.textContent = "";
  let answer;
  try {
    answer = await proof();
  } catch (fault) {
    error.textContent = fault instanceof TypeError ? "There is no connection. Try again." : why(fault);
    return;
  }
  const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  form.elements.password.value = "";
  if (answer.ok && !answer.redirected && (json || answer.status === 204)) {
    tell("back");
    known();
  } else if (answer.status === 401) coverUp("ended");
  else if (json) {
    error.textContent = (await answer.json()).message;
    form.elements.password.focus();
  } else {
    // Something more is asked for than a password: that is done on a page of its own.
    error.textContent = "More is needed to sign in: do it in another tab, then go on here.";
    cover.querySelector("[data-elsewhere]").hidden = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  shown(prove);
});
form.querySelector("[data-by-passkey] button").addEventListener("click", () => shown(async () => {
  await lowered;
  const credential = await answered(cover.dataset.liftOptions, token(), "get");
  return post(cover.dataset.lift, { credential });
}));
cover.addEventListener("cancel", (event) => event.preventDefault());
// A browser lets Escape through the second time: the cover stays all the same.
cover.addEventListener("close", () => { if (mode) { cover.showModal(); begin(); } });
cover.querySelector("[data-again]").addEventListener("click", look);
warning.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
warning.querySelector("[data-stay]").addEventListener("click", stay);
for (const out of document.querySelectorAll("[data-sign-out]")) {
  out.addEventListener("click", () => document.querySelector("form[action$='/sign-out']").submit());
}
document.addEventListener("submit", (event) => {
  if (!event.target.closest("form[data-veil]")) return;
  event.preventDefault();
  lower();
});
document.addEventListener("keydown", (event) => {
  const hide = event.altKey && event.shiftKey && !event.ctrlKey && event.code === "KeyH";
  if (!hide || mode) return;
  event.preventDefault();
  lower();
});
document.addEventListener("tracer:ended", look);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
if (tabs) {
  tabs.addEventListener("message", ({ data }) => {
    if (data === "veil") veil();
    else if (data === "stayed") look();
    else known();
  });
}

// Nobody takes a page away by the clipboard: a number or an address can be copied, a list cannot.
const MOST_COPIED = 100;
function keep(event) {
  const typing = event.target.closest && event.target.closest("input, textarea, .once");
  if (typing || String(window.getSelection()).length <= MOST_COPIED) return;
  event.preventDefault();
  const takes = event.clipboardData;
  if (takes) takes.setData("text/plain", "Tracer: records stay on the screen.");
}
for (const way of ["copy", "cut", "dragstart"]) document.addEventListener(way, keep);

look();
