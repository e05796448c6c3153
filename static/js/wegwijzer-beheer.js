// In the editor of the route chooser: offers the codes that exist where one must be typed.
const list = document.createElement("datalist");
list.id = "wegwijzer-codes";

function offer(field) {
  const codes = document.querySelectorAll('input[data-wegwijzer="code"]');
  list.replaceChildren(
    ...[...codes]
      // The code of a part stands beside its title; the code of an answer leads nowhere.
      .filter((code) => code.value && /-value-code$/.test(code.id) && !/-antwoorden-/.test(code.id))
      .map((code) => {
        const part = code.id.replace(/code$/, "");
        const title = document.getElementById(`${part}vraag`) || document.getElementById(`${part}titel`);
        return new Option(title ? title.value : "", code.value);
      }),
  );
  document.body.append(list);
  field.setAttribute("list", list.id);
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.('input[data-wegwijzer="naar"]')) offer(event.target);
});
