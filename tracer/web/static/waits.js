// While a page waits for the worker (a batch, a plan): asks every few seconds how far it is, and puts the answer in its
// place. Only a page that is looked at asks, and not for ever; to ask keeps nobody signed in. A change is said aloud
// once, not each row. Where this script does not run, the link on the page does the same.
const place = document.getElementById("receipt");
const told = document.getElementById("told");
const EVERY = 3000;
let left = 300;

const said = () => place.querySelector("[data-told]")?.dataset.told;

async function look() {
  if (document.hidden) return;
  if (--left < 0) return clearInterval(looking);
  const answer = await fetch(place.dataset.part).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.body.textContent === place.textContent) return;
  const before = said();
  place.replaceChildren(...page.body.childNodes);
  if (said() !== before) told.textContent = said();
  if (!place.querySelector("[data-waits]")) end();
}

// The receipt is here: nothing is left to look for, and whoever stood on the link stands on the receipt.
function end() {
  clearInterval(looking);
  const link = document.getElementById("look");
  const first = place.firstElementChild;
  first.tabIndex = -1;
  if (link.contains(document.activeElement)) first.focus();
  link.remove();
}

const looking = setInterval(look, EVERY);
