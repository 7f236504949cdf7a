// Saves each answer as it is given: one queue, sent in order, sent again when the line drops. A newer answer
// to the same question replaces one that still waits. Nothing is kept on this computer.
const form = document.getElementById("section");
const saved = document.getElementById("saved");
const waiting = new Map();
let sending = false;
let pause = 0;

const group = (input) => input.closest("[data-key][data-kind]");

function answer(ask) {
  const key = ask.dataset.key;
  const declined = ask.querySelector(`input[name="${CSS.escape(key)}:declined"]:checked`);
  const inputs = [...ask.querySelectorAll(`[name="${CSS.escape(key)}"]`)];
  if (ask.dataset.kind === "select_multiple") {
    const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
    return chosen.length || !declined ? chosen : { declined: declined.value };
  }
  if (ask.dataset.kind === "select_one") {
    const chosen = inputs.find((input) => input.checked);
    if (!chosen) return "";
    return ["does_not_know", "prefers_not_to_say"].includes(chosen.value) ? { declined: chosen.value } : chosen.value;
  }
  const typed = inputs[0].value;
  return typed || !declined ? typed : { declined: declined.value };
}

function untangle(input, ask) {
  // An answer takes a decline back, and a decline an answer.
  const key = ask.dataset.key;
  if (input.name === `${key}:declined`) {
    for (const other of ask.querySelectorAll(`[name="${CSS.escape(key)}"]`)) {
      if (other.type === "checkbox") other.checked = false;
      else if (other.type !== "radio") other.value = "";
    }
  } else {
    for (const other of ask.querySelectorAll(`[name="${CSS.escape(key)}:declined"]`)) other.checked = false;
  }
}

function say(words, bad) {
  if (saved.textContent === words) return;
  saved.textContent = words;
  saved.classList.toggle("call__saved--not", bad);
}

function show(changes) {
  for (const [key, relevant] of Object.entries(changes.relevant)) {
    const place = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (place) place.hidden = !relevant;
  }
  for (const [key, words] of Object.entries(changes.texts)) {
    const place = document.querySelector(`[data-key="${CSS.escape(key)}"] [data-words]`);
    if (place && !place.querySelector("strong")) place.textContent = words;
  }
  for (const [key, fault] of Object.entries(changes.faults)) {
    const ask = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!ask) continue;
    ask.classList.toggle("govuk-form-group--error", Boolean(fault));
    ask.querySelector(".govuk-error-message").hidden = !fault;
    ask.querySelector("[data-fault]").textContent = fault || "";
  }
}

function request(answers, keepalive) {
  return fetch(form.dataset.autosave, {
    method: "POST",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: JSON.stringify({ answers: Object.fromEntries(answers), section: form.dataset.section }),
  });
}

// Why this record or answer is refused, in the server's words; nothing where it is the sign-in that is missing.
async function refusal(reply) {
  if (reply.redirected || ![404, 409, 422].includes(reply.status)) return "";
  return reply.json().then((said) => said.message, () => "reload the page, and look at what is saved");
}

async function send() {
  if (sending || !waiting.size) return;
  sending = true;
  const batch = new Map(waiting);
  waiting.clear();
  say("Saving…", false);
  try {
    const reply = await request(batch, false);
    if (reply.status >= 500) throw new Error("try again");
    if (!reply.ok || reply.redirected) {
      const refused = await refusal(reply);
      say(refused ? `Not saved: ${refused}` : "Not saved yet: it is kept here", true);
      for (const [key, value] of batch) if (!waiting.has(key)) waiting.set(key, value);
      pause = 10000;
      // Ended or veiled: session.js covers the page and asks; what waits is sent as soon as it is back.
      if (!refused) document.dispatchEvent(new Event("tracer:ended"));
    } else {
      const changes = await reply.json();
      show(changes);
      pause = 0;
      if (!waiting.size) say(`Saved ${changes.saved_at}`, false);
    }
  } catch {
    for (const [key, value] of batch) if (!waiting.has(key)) waiting.set(key, value);
    pause = Math.min(pause ? pause * 2 : 1000, 15000);
    say("Not saved: retrying", true);
  }
  sending = false;
  if (waiting.size) setTimeout(send, pause);
}

let typing;
function changed(event, wait) {
  const ask = group(event.target);
  if (!ask) return;
  untangle(event.target, ask);
  waiting.set(ask.dataset.key, answer(ask));
  clearTimeout(typing);
  typing = setTimeout(send, wait);
}

form.addEventListener("input", (event) => {
  const typed = event.target.matches("input:not([type=radio], [type=checkbox]), textarea");
  changed(event, typed ? 600 : 0);
});
document.addEventListener("tracer:back", () => { pause = 0; send(); });
// While this page is open the call goes on, and the sign-in does not idle.
setInterval(() => {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  fetch(form.dataset.calling, { method: "POST", headers, body: "{}" }).catch(() => {});
}, 120000);
window.addEventListener("online", () => { pause = 0; send(); });
window.addEventListener("pagehide", () => {
  if (waiting.size) request(waiting, true);
});
window.addEventListener("beforeunload", (event) => {
  if (waiting.size && pause) event.preventDefault();
});
form.addEventListener("submit", () => { waiting.clear(); });
