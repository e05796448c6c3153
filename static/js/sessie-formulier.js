// In the form of a session: adds a day or workshop at once, where the button would ask the server.
for (const part of document.querySelectorAll("[data-rijen]")) {
  const total = part.querySelector('input[name$="-TOTAL_FORMS"]');
  const most = part.querySelector('input[name$="-MAX_NUM_FORMS"]');
  part.querySelector("[data-nog]").addEventListener("click", (event) => {
    const number = Number(total.value);
    if (number >= Number(most.value)) return;
    event.preventDefault();
    const copy = document.createElement("template");
    copy.innerHTML = part.querySelector("template").innerHTML.replaceAll("__prefix__", number);
    copy.content.querySelector("[data-nummer]").textContent = number + 1;
    part.querySelector("[data-lijst]").append(copy.content);
    total.value = number + 1;
    part.querySelector("[data-rij]:last-child input:not([type=hidden])").focus();
  });
}
