// Puts a tick into the address at once, and lets the server draw what follows from it. Without
// script, the button under a list does the same. Kept on this device only after a click that asks so.
const place = document.querySelector("[data-vinkjes]");
const key = `vinkjes:${place.dataset.vinkjes}`;
let asking;

// --- What the address says -----------------------------------------------------------------

function ticks() {
  return new URL(location.href).searchParams.get("k");
}

// The address with other ticks; a comma stays a comma.
function address(k) {
  const url = new URL(location.href);
  url.searchParams.delete("k");
  const rest = url.searchParams.toString();
  url.search = `k=${k}${rest && `&${rest}`}`;
  return url;
}

function same(one, other) {
  return one !== null && other !== null && one.split(",").sort().join() === other.split(",").sort().join();
}

function ticked() {
  const form = document.getElementById("vinkjes");
  return form ? new FormData(form).getAll("k").filter(Boolean).join(",") : "";
}

async function refresh(url) {
  asking?.abort();
  asking = new AbortController();
  try {
    const reply = await fetch(url, { signal: asking.signal });
    if (!reply.ok) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of document.querySelectorAll("[data-vers]")) {
      const now = fresh.getElementById(part.id);
      if (now) part.replaceChildren(...now.childNodes);
    }
    // The same ticks in the order of the trajectory: one state has one address.
    const link = document.querySelector("[data-kopieer]");
    if (link) history.replaceState(null, "", link.href);
    show();
  } catch {
    // Another tick came in between, or the network is away: the address is right already.
  }
}

// --- What this device keeps ----------------------------------------------------------------

// A browser may refuse to keep anything.
function kept() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(k) {
  try {
    if (k) localStorage.setItem(key, k);
    else localStorage.removeItem(key);
  } catch {
    // Then it is not kept, and the buttons go on saying so.
  }
}

function show() {
  const box = document.querySelector("[data-onthoud]");
  if (!box) return;
  const isKept = same(kept(), ticks());
  box.hidden = false;
  box.querySelector("[data-bewaar]").hidden = isKept;
  box.querySelector("[data-bewaard]").hidden = !isKept;
  box.querySelector("[data-vergeet]").hidden = kept() === null;
}

// --- What a visitor does ---------------------------------------------------------------------

document.addEventListener("change", (event) => {
  if (event.target.form?.id !== "vinkjes") return;
  const wasKept = same(kept(), ticks());
  const url = address(ticked());
  history.replaceState(null, "", url);
  if (wasKept) keep(ticks());
  refresh(url);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-kopieer]");
  if (link && navigator.clipboard) {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    link.querySelector("span").textContent = link.dataset.kopieer;
  }
  if (event.target.closest("[data-bewaar]")) {
    keep(ticks());
    show();
    document.querySelector("[data-vergeet]").focus();
  }
  if (event.target.closest("[data-vergeet]")) {
    keep(null);
    show();
    document.querySelector("[data-bewaar]").focus();
  }
  if (event.target.closest("[data-opnieuw]")) keep(null);
});

// --- On arrival --------------------------------------------------------------------------------

for (const part of document.querySelectorAll(".zonder-script")) part.hidden = true;
if (ticks() === null && kept()) location.replace(address(kept()));
else show();
