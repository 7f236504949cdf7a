// Keeps what calls for somebody up to date on a page that stays open. Only a line that is new is said aloud.
const place = document.getElementById("signals");
const words = (line) => line.textContent.replace(/\s+/g, " ").trim();
const wanted = (said) => [said.words, said.called || ""].join(" ").trim();

function line(said) {
  const made = document.createElement("p");
  made.className = `signals__line signals__line--${said.kind}`;
  const strong = document.createElement("strong");
  strong.textContent = said.words;
  made.append(strong);
  if (said.href) {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = said.href;
    link.textContent = said.called;
    made.append(" ", link);
  }
  return made;
}

// What stays is not touched: somebody may have the focus on its link.
function show(lines) {
  const there = new Map([...place.querySelectorAll("p")].map((one) => [words(one), one]));
  const texts = new Set(lines.map(wanted));
  for (const [text, one] of there) if (!texts.has(text)) one.remove();
  let before = null;
  for (const said of lines) {
    const kept = there.get(wanted(said));
    const one = kept || line(said);
    if (!kept) before ? before.after(one) : place.prepend(one);
    before = one;
  }
}

async function ask() {
  let wait = 60;
  try {
    const answer = await fetch(place.dataset.from, { headers: { "Content-Type": "application/json" } });
    if (answer.ok && !answer.redirected) {
      const said = await answer.json();
      show(said.lines);
      wait = said.wait;
    }
  } catch {
    // No connection: what is shown stays, and the next time tells.
  }
  setTimeout(ask, wait * 1000);
}

if (place) setTimeout(ask, Number(place.dataset.wait) * 1000);
