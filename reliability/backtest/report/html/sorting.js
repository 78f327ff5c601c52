for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], first = [...body.rows];
  const isNumber = (column) => heads[column].classList.contains("number");
  const natural = (column) => (isNumber(column) ? "descending" : "ascending");
  const opposite = { ascending: "descending", descending: "ascending" };
  const select = document.createElement("select"), turn = document.createElement("button");

  const sort = (column, order) => {
    for (const cell of heads) cell.removeAttribute("aria-sort");
    select.value = column;
    turn.disabled = column === "";
    if (column === "") return body.append(...first);
    heads[column].setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1, key = (row) => row.cells[column].dataset.value;
    const compare = isNumber(column)
      ? (one, other) => key(one) - key(other)
      : (one, other) => key(one).localeCompare(key(other));
    body.append(...[...body.rows].sort((one, other) => sign * compare(one, other)));
  };

  heads.forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => {
      const before = cell.getAttribute("aria-sort");
      sort(column, before ? opposite[before] : natural(column));
    });
    select.append(new Option(cell.textContent, column));
    cell.replaceChildren(button);
  });

  // Cards have no heads: below 1,001 px a list of the columns sorts them.
  const line = document.createElement("p"), label = document.createElement("label");
  select.prepend(new Option(table.dataset.first, ""));
  select.value = "";
  select.addEventListener("change", () =>
    sort(select.value === "" ? "" : +select.value, select.value === "" ? "" : natural(+select.value)));
  turn.type = "button";
  turn.disabled = true;
  turn.textContent = table.dataset.turn;
  turn.addEventListener("click", () => {
    const column = +select.value;
    sort(column, opposite[heads[column].getAttribute("aria-sort")]);
  });
  line.className = "sorting";
  label.append(table.dataset.label + " ", select);
  line.append(label, turn);
  table.before(line);
}
