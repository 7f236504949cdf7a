// The questions of a page: reading what is given, and showing what another window gave without disturbing anybody.
const later = new Map();
const DECLINES = ["does_not_know", "prefers_not_to_say"];

export const ask = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"][data-kind]`);
export const around = (element) => element.closest("[data-key][data-kind]");
const named = (place, name) => [...place.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
const typed = (input) => !["radio", "checkbox"].includes(input.type);
const marker = (key) => named(document, `${key}:shown`)[0];

export function known(key) {
  const mark = marker(key);
  return mark ? Number(mark.value) : 0;
}

export function read(place) {
  const key = place.dataset.key;
  const declined = named(place, `${key}:declined`).find((input) => input.checked);
  const inputs = named(place, key);
  if (place.dataset.kind === "select_multiple") {
    const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
    return chosen.length || !declined ? chosen : { declined: declined.value };
  }
  if (place.dataset.kind === "select_one") {
    const chosen = inputs.find((input) => input.checked);
    if (!chosen) return "";
    return DECLINES.includes(chosen.value) ? { declined: chosen.value } : chosen.value;
  }
  return inputs[0].value || !declined ? inputs[0].value : { declined: declined.value };
}

// An answer takes a decline back, and a decline an answer.
export function untangle(input, place) {
  const key = place.dataset.key;
  if (input.name !== `${key}:declined`) {
    for (const other of named(place, `${key}:declined`)) other.checked = false;
    return;
  }
  for (const other of named(place, key)) {
    if (other.type === "checkbox") other.checked = false;
    else if (typed(other)) other.value = "";
  }
}

function write(place, { value, declined }) {
  const key = place.dataset.key;
  const chosen = [value, declined].flat().filter(Boolean);
  for (const input of named(place, key)) {
    if (typed(input)) input.value = Array.isArray(value) ? "" : value;
    else input.checked = chosen.includes(input.value);
  }
  for (const input of named(place, `${key}:declined`)) input.checked = input.value === declined;
}

const plain = (given) => JSON.stringify(given && given.declined ? given.declined : given);

// What the server has of a question now. `given`: what this page just sent of it.
export function take(key, field, { waits, given }) {
  const place = ask(key);
  // Of two answers in dispute the one that this page gave stays in its field until somebody picks.
  if (!place || field.beside) return;
  const same = plain(read(place)) === plain(field.declined || field.value);
  if (field.mine || same) {
    marker(key).value = field.known;
    later.delete(key);
    if (given && given.pick && !waits) write(place, field);
    return;
  }
  // What is being typed here goes first: the server tells whether it differs.
  if (waits) return;
  if (place.contains(document.activeElement) && typed(document.activeElement)) {
    later.set(key, field);
    return;
  }
  marker(key).value = field.known;
  write(place, field);
  elsewhere(place, true);
}

// Leaving a field lets in what came meanwhile, unless something was typed over it.
export function left(place, waits) {
  const key = place.dataset.key;
  const field = later.get(key);
  later.delete(key);
  if (field && !waits) take(key, field, { waits });
}

export function elsewhere(place, is) {
  const note = place.querySelector("[data-elsewhere]");
  if (note) note.hidden = !is;
}

export function dispute(key, html) {
  const place = ask(key);
  const room = place && place.querySelector("[data-dispute]");
  if (!room || room.innerHTML.trim() === html.trim()) return;
  room.innerHTML = html;
  room.hidden = !html;
}

export function fault(key, words) {
  const place = ask(key);
  if (!place) return;
  const message = place.querySelector(".govuk-error-message");
  if (!message) return;
  place.classList.toggle("govuk-form-group--error", Boolean(words));
  message.hidden = !words;
  message.querySelector("[data-fault]").textContent = words || "";
}
