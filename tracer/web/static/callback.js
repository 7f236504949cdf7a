// Keeps the banner of the next callback up to date on a page that stays open. Only what is new is said aloud.
const place = document.getElementById("callback");
const text = () => (place.querySelector("p") ? place.querySelector("p").textContent.trim() : "");

function show(said) {
  const wanted = said.words ? [said.words, said.called || ""].join(" ").trim() : "";
  if (wanted === text().replace(/\s+/g, " ")) return;
  place.replaceChildren();
  if (!said.words) return;
  const line = document.createElement("p");
  line.className = "callback__said";
  const strong = document.createElement("strong");
  strong.textContent = said.words;
  line.append(strong);
  if (said.href) {
    const link = document.createElement("a");
    link.className = "govuk-link reference";
    link.href = said.href;
    link.textContent = said.called;
    line.append(" ", link);
  }
  place.append(line);
}

async function ask() {
  let wait = 60;
  try {
    const answer = await fetch(place.dataset.from, { headers: { "Content-Type": "application/json" } });
    if (answer.ok && !answer.redirected) {
      const said = await answer.json();
      show(said);
      wait = said.wait;
    }
  } catch {
    // No connection: what is shown stays, and the next time tells.
  }
  setTimeout(ask, wait * 1000);
}

if (place) setTimeout(ask, Number(place.dataset.wait) * 1000);
