// The supervisor's board, live: every 15 seconds what moves is asked for and put in its place, while somebody looks and
// has not stopped it. To ask keeps nobody signed in. Rows stay the elements they are: the focus, ticked boxes and what is
// chosen stay, and the list of work neither grows nor shrinks under a hand; that it changed is said beside it.
const bar = document.querySelector("[data-board]");
const EVERY = 15000;
let held = false;
let over = false;

const rows = (place) => new Map([...place.querySelectorAll("[data-row]")].map((one) => [one.dataset.row, one]));

// Make one node like another, keeping every node that can stay.
function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName || old.nodeType !== fresh.nodeType) return old.replaceWith(fresh.cloneNode(true));
  if (old.nodeType === Node.TEXT_NODE) return void (old.data = fresh.data);
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  children(old, fresh);
}

function children(old, fresh) {
  const known = new Map([...old.children].filter((one) => one.dataset.row).map((one) => [one.dataset.row, one]));
  const wanted = [...fresh.childNodes];
  wanted.forEach((one, at) => {
    const same = one.dataset?.row && known.get(one.dataset.row);
    if (same && old.childNodes[at] !== same) old.insertBefore(same, old.childNodes[at] || null);
    const here = old.childNodes[at];
    const keyed = here?.dataset?.row;
    if (!here || (one.dataset?.row && keyed !== one.dataset.row)) old.insertBefore(one.cloneNode(true), here || null);
    else patch(here, one);
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

// The list of work: what is said of each row, never the box that somebody ticks, nor which rows there are.
function lines(fresh) {
  const place = document.querySelector("[data-live=lines]");
  if (!place) return;
  const now = fresh ? rows(fresh) : new Map();
  let changed = false;
  for (const [id, row] of rows(place)) {
    const other = now.get(id);
    if (other) [...row.cells].slice(1).forEach((cell, at) => patch(cell, other.cells[at + 1]));
    else row.querySelector("[data-label=State]").textContent = "changed: no longer in this list";
    changed ||= !other;
  }
  changed ||= [...now.keys()].some((id) => !rows(place).has(id));
  document.querySelector("[data-news]").hidden = !changed;
}

async function look() {
  if (document.hidden || held || over || document.documentElement.classList.contains("covered")) return;
  const answer = await fetch(bar.dataset.board, { headers: { "X-Part": "1" } }).catch(() => null);
  if (!answer) return;
  if (!answer.ok || answer.redirected) {
    over = true;
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = page.querySelector("[data-time]");
  if (!told || held) return;
  for (const name of ["figures", "units", "people"]) {
    const old = document.querySelector(`[data-live=${name}]`);
    const fresh = page.querySelector(`[data-live=${name}]`);
    if (old && fresh) patch(old, fresh);
  }
  lines(page.querySelector("[data-live=lines]"));
  bar.querySelector("[data-as-of]").textContent = told.dataset.time;
  const said = bar.querySelector("[data-said]");
  if (said.textContent !== told.textContent) said.textContent = told.textContent;
}

if (bar) {
  bar.hidden = false;
  const button = bar.querySelector("[data-hold]");
  button.addEventListener("click", () => {
    held = !held;
    button.setAttribute("aria-pressed", String(held));
    look();
  });
  // The page is back from behind the veil, or somebody signed in again on it.
  document.addEventListener("tracer:back", () => {
    over = false;
    look();
  });
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
}
