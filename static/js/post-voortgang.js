// Keeps the progress of a message fresh. Without it, the page can be reloaded.
const EVERY = 2000;
const SLOWEST = 60000;

const place = document.querySelector("[data-voortgang]");
let wait = EVERY;

function show(answer) {
  const bar = place.querySelector("[data-balk]");
  if (answer.totaal) {
    bar.max = answer.totaal;
    bar.value = answer.waarde;
  }
  place.querySelector("[data-tekst]").textContent = answer.tekst;
  place.querySelector("[data-tempo]").textContent = answer.tempo;
  for (const [name, figure] of Object.entries(answer.cijfers)) {
    const cell = place.querySelector(`[data-cijfer="${name}"]`);
    if (cell) cell.textContent = figure;
  }
}

async function look() {
  if (!document.hidden) {
    try {
      const reply = await fetch(place.dataset.voortgang, { headers: { Accept: "application/json" } });
      if (!reply.ok) throw new Error(String(reply.status));
      const answer = await reply.json();
      if (answer.toestand !== place.dataset.toestand) {
        // The buttons no longer fit.
        window.location.reload();
        return;
      }
      show(answer);
      wait = EVERY;
    } catch {
      // The server or the network is away: ask less often, and show what we had.
      wait = Math.min(wait * 2, SLOWEST);
    }
  }
  setTimeout(look, wait);
}

if (place) setTimeout(look, wait);
