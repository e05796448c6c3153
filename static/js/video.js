// Puts the player of a video in place, only after a click. The page works without.
for (const place of document.querySelectorAll("[data-speler]")) {
  const button = place.querySelector("button");
  if (!button || !place.dataset.speler) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const address = new URL(place.dataset.speler);
    address.searchParams.set("autoplay", "1");
    const player = document.createElement("iframe");
    player.src = address;
    player.title = place.dataset.titel;
    player.allow = "autoplay; fullscreen; picture-in-picture";
    player.referrerPolicy = "strict-origin-when-cross-origin";
    place.replaceChildren(player);
    player.focus();
  });
}
